import { Fragment } from 'react'
import { Kbd } from '@/ui/Kbd'
import { capsOf, onMac } from './keys'

/** The keys of a command as caps. They are pressed from left to right in every language. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span dir="ltr" className="inline-flex shrink-0 items-center gap-1">
      {capsOf(keys, onMac()).map((press, at) => (
        <Fragment key={at}>
          {press.map((cap) => (
            <Kbd key={cap}>{cap}</Kbd>
          ))}
        </Fragment>
      ))}
    </span>
  )
}

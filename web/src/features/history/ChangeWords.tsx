import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { Phrase } from './deeds'

const strong = (text: ReactNode) => (
  <bdi className="font-medium text-ink [overflow-wrap:anywhere]">{text}</bdi>
)

/** What a change did, in words: `Deleted Pay rent and 2 others`. */
export function ChangeWords({ phrases }: { phrases: readonly Phrase[] }) {
  const t = useTranslations('history')
  return phrases.map(({ deed, name, more }, at) => (
    <span key={deed}>
      {at > 0 && ' · '}
      {t.rich(`did.${deed}`, { name, more, b: strong })}
    </span>
  ))
}

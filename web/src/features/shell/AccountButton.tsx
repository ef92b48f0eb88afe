import type { ComponentProps } from 'react'
import { Avatar } from '@/ui/Avatar'

/** Who is signed in; it opens their menu. */
export function AccountButton({ name, ...rest }: ComponentProps<'button'> & { name: string }) {
  return (
    <button
      type="button"
      title={name}
      className="flex size-9 shrink-0 items-center justify-center rounded-md hover:bg-hover data-[popup-open]:bg-hover touch:size-11"
      {...rest}
    >
      <Avatar name={name} decorative />
      <span className="sr-only">{name}</span>
    </button>
  )
}

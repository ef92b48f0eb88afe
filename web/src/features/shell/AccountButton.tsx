import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Avatar } from '@/ui/Avatar'

/** Who is signed in; it opens their menu. */
export function AccountButton({ name, ...rest }: ComponentProps<'button'> & { name: string }) {
  return (
    <button
      type="button"
      className="flex h-9 max-w-full items-center gap-2 rounded-md px-2 text-xs font-medium hover:bg-hover data-[popup-open]:bg-hover touch:h-11"
      {...rest}
    >
      <Avatar name={name} decorative />
      <span className="truncate">{name}</span>
      <ChevronDown size={14} aria-hidden className="shrink-0 text-faint" />
    </button>
  )
}

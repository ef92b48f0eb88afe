import { initials } from '@/ui/Avatar'

/** The mark of a workspace, beside its name: a tile with its letters, where people have circles. */
export function WorkspaceMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="inline-flex size-5 shrink-0 items-center justify-center rounded-sm bg-accent text-[10px] font-semibold text-on-accent select-none"
    >
      {initials(name)}
    </span>
  )
}

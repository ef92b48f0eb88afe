import { Skeleton } from '@/ui/Skeleton'
import { TasksSkeleton } from '../tasks/Page'

const widths = ['w-16', 'w-14', 'w-20', 'w-24', 'w-16', 'w-20']

/** The app before its words and data are there: the same places, without text. */
export function ShellSkeleton() {
  return (
    <div className="flex h-dvh" aria-busy="true">
      <div className="w-60 shrink-0 border-e border-line bg-sidebar p-3 max-sm:hidden">
        <Skeleton className="mb-6 h-7 w-32" />
        {widths.map((width, at) => (
          <div key={at} className="flex h-8 items-center gap-2.5 px-2">
            <Skeleton className="size-4" />
            <Skeleton className={`h-3 ${width}`} />
          </div>
        ))}
      </div>
      <main className="mx-auto w-full max-w-[760px] px-3 pt-4 sm:px-8 sm:pt-10">
        <Skeleton className="ms-2 mb-5 h-6 w-36" />
        <TasksSkeleton />
      </main>
    </div>
  )
}

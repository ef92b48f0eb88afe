import { Skeleton } from '@/ui/Skeleton'

/** Where a task will be. */
export function PanelSkeleton() {
  return (
    <div className="px-5 pt-3" aria-hidden>
      <Skeleton className="h-5 w-3/5" />
      <div className="mt-5 flex flex-wrap gap-2">
        <Skeleton className="h-7 w-24" />
        <Skeleton className="h-7 w-20" />
        <Skeleton className="h-7 w-28" />
      </div>
      <Skeleton className="mt-6 h-3 w-4/5" />
      <Skeleton className="mt-2.5 h-3 w-2/3" />
    </div>
  )
}

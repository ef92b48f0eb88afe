import type { ImportReport } from '@/api/types'

/** How much of a file is not here yet. */
export const comes = ({ lists, tasks, skipped_existing: here }: ImportReport) =>
  Math.max(0, lists + tasks - here)

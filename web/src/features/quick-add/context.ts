import { createContext, useContext, useEffect } from 'react'
import type { CreateTask } from '@/api/types'

/** What a page says of tasks that are added on it, where the words say nothing else. */
export type Defaults = Pick<CreateTask, 'list_id' | 'due' | 'tags'>

type QuickAddControl = {
  open: () => void
  /** The page's defaults, until the next page has its own. */
  setDefaults: (defaults: Defaults) => void
}

export const QuickAddContext = createContext<QuickAddControl | null>(null)

export function useQuickAdd(): QuickAddControl {
  const control = useContext(QuickAddContext)
  if (control === null) throw new Error('quick add is not around this component')
  return control
}

/** What is added on this page goes into its list, on its day, with its tag. */
export function useQuickAddDefaults(listId: string | null, day: string | null, tag: string | null) {
  const { setDefaults } = useQuickAdd()
  useEffect(() => {
    setDefaults({
      ...(listId !== null && { list_id: listId }),
      ...(day !== null && { due: { date: day } }),
      ...(tag !== null && { tags: [tag] }),
    })
    return () => setDefaults({})
  }, [setDefaults, listId, day, tag])
}

import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'

/** What a window says of the tasks that it is about. */
export function useAbout(tasks: readonly Task[]): string | undefined {
  const t = useTranslations('selection')
  const [first] = tasks
  if (first === undefined) return undefined
  return tasks.length === 1 ? first.title : t('chosen', { count: tasks.length })
}

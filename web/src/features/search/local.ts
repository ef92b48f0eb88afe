import type { Task } from '@/api/types'
import { hasWords } from '@/lib/words'

/** Words, `"several words"`, `begin*` and `-without`, as the search of the server takes them. */
const TERM = /(-?)(?:"([^"]*)"?|([^\s"]+))/gu

/** Whether a task fits what is searched for, as far as this device knows it. */
export function fitsSearch(task: Task, text: string): boolean {
  const where = [task.title, task.description, ...task.tags]
  const terms = [...text.matchAll(TERM)].flatMap(([, without, phrase, word]) => {
    const wanted = (phrase ?? word ?? '').replace(/\*$/, '')
    return /[\p{L}\p{N}]/u.test(wanted) ? [{ wanted, without: without === '-' }] : []
  })
  return (
    terms.length > 0 &&
    terms.every(({ wanted, without }) => where.some((each) => hasWords(each, wanted)) !== without)
  )
}

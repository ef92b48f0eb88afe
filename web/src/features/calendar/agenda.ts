import type { Due, Task } from '@/api/types'
import { addDays, daysBetween, dueDay, dueInstant, type Day } from '@/lib/days'
import { bySort, readSort } from '../filters/language/sort'

/** Open tasks by the day on which they are due, and those that no day has. */
export type Agenda = {
  days: ReadonlyMap<Day, readonly Task[]>
  undated: readonly Task[]
}

/** Within a day what has a time goes by it; whole days come first, the most urgent on top. */
export function agendaOf(tasks: readonly Task[], zone: string): Agenda {
  const days = new Map<Day, Task[]>()
  const undated: Task[] = []
  const sorted = [...tasks].sort(bySort(readSort('-priority,rank'), zone))
  for (const task of sorted) {
    if (!task.due) {
      undated.push(task)
      continue
    }
    const day = dueDay(task.due, zone)
    const there = days.get(day)
    if (there === undefined) days.set(day, [task])
    else there.push(task)
  }
  const timeOf = ({ due }: Task) => (due ? (dueInstant(due, zone) ?? 0) : 0)
  for (const there of days.values()) there.sort((one, other) => timeOf(one) - timeOf(other))
  return { days, undated }
}

/** When a task is due that is put on another day, as whoever looks sees days: its time stays. */
export function dueOn(due: Due | null | undefined, day: Day, zone: string): Due {
  if (!due) return { date: day }
  return { ...due, date: addDays(due.date, daysBetween(dueDay(due, zone), day)) }
}

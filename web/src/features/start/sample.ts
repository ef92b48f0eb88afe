import { addDays, type Day } from '@/lib/days'
import type { Sync } from '@/sync'

/** The names of what a sample has, in the language of whoever looks at it. */
export type SampleWords = (name: SampleName) => string
type SampleName =
  | 'home'
  | 'trip'
  | 'work'
  | 'read'
  | 'read_more'
  | 'quick'
  | 'slider'
  | 'plants'
  | 'lamp'
  | 'shopping'
  | 'flight'
  | 'train'
  | 'room'
  | 'pack'
  | 'passport'
  | 'charger'
  | 'umbrella'
  | 'talk'
  | 'talk_more'
  | 'invoice'
  | 'letters'
  | 'tag_travel'
  | 'tag_errands'

/**
 * Fills a workspace with tasks to try things on. It is done step by step, as a person would do it, so that there is a
 * history to go through.
 */
export function makeSample(sync: Sync, workspace: string, words: SampleWords, today: Day): void {
  const on = (days: number) => ({ date: addDays(today, days) })
  const list = (name: SampleName, color: string) =>
    sync.createList({ name: words(name), color }, workspace).id
  type New = Parameters<Sync['createTask']>[0]
  const task = (name: SampleName, more: New = {}) =>
    sync.createTask({ title: words(name), ...more }, workspace).id

  const [home, trip, work] = [
    list('home', '#2e8b57'),
    list('trip', '#7c5cff'),
    list('work', '#c2571a'),
  ]
  task('read', { description: words('read_more'), priority: 'medium', due: on(0) })
  task('quick')
  task('slider')
  task('plants', {
    list_id: home,
    due: on(0),
    recurrence: { rule: 'FREQ=WEEKLY' },
  })
  const lamp = task('lamp', { list_id: home, priority: 'low' })
  const shopping = task('shopping', { list_id: home, tags: [words('tag_errands')] })
  const travel = [words('tag_travel')]
  const ticket = task('flight', { list_id: trip, due: on(2), tags: travel })
  const room = task('room', { list_id: trip, due: on(1), tags: travel })
  const pack = task('pack', { list_id: trip, due: on(9) })
  const below = { list_id: trip, parent_id: pack }
  const [passport, , umbrella] = [
    task('passport', below),
    task('charger', below),
    task('umbrella', below),
  ]
  const talk = task('talk', { list_id: work, due: on(5), description: words('talk_more') })
  task('invoice', { list_id: work, due: on(-1), priority: 'urgent' })
  task('letters', { list_id: work, due: on(0) })

  sync.complete(room)
  sync.updateTask(ticket, { title: words('train'), priority: 'high', due: on(3) })
  sync.complete(shopping)
  sync.complete(passport)
  sync.updateTask(talk, { priority: 'high', due: on(4) })
  sync.remove(umbrella)
  sync.updateTask(lamp, { priority: 'medium', due: on(6) })
}

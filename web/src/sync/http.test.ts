import { expect, it } from 'vitest'
import { Reader, clientOf } from './http'
import { taskKey } from './rows'
import { blank } from './testing/server'

it('reads tasks a hundred at a time, and tells of those that are in the trash or not there', async () => {
  const asked: string[][] = []
  const client = clientOf({
    origin: 'http://taskfold.test',
    fetch: (request) => {
      const ids = new URL(request.url).searchParams.get('ids')?.split(',') ?? []
      asked.push(ids)
      const items = ids
        .filter((id) => id !== 'none')
        .map((id) => (id === 'trashed' ? { ...blank(id), deleted_at: 'today' } : blank(id)))
      return Promise.resolve(Response.json({ items }, { headers: { 'Taskfold-Position': '2:9' } }))
    },
  })
  const ids = [...Array.from({ length: 150 }, (_, at) => `task ${at}`), 'trashed', 'none']
  const { found, partition } = await new Reader(client).read('w', ids.map(taskKey), '2:8')
  expect(asked.map((some) => some.length).sort()).toEqual([100, 52])
  expect(partition).toBe(2)
  const of = (id: string) => found.find(({ key }) => key === taskKey(id))
  expect(found).toHaveLength(152)
  expect(of('task 149')).toMatchObject({
    at: 9,
    rows: [{ kind: 'task', value: { task_id: 'task 149' } }],
  })
  expect(of('trashed')).toMatchObject({ rows: [], trashed: { task_id: 'trashed' } })
  expect(of('none')).toEqual({ key: taskKey('none'), at: 9, rows: [] })
})

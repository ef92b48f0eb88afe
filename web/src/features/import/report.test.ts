import { expect, it } from 'vitest'
import { comes, reportOf } from './report'

it('reads what the server found', () => {
  const report = reportOf({
    ...{ format: 'todoist', lists: 2, tasks: 10, completed: 1, deleted: 0, comments: 3 },
    ...{ skipped_existing: 4, restored: 0, joined: [{ list_id: 'l', name: 'Home' }] },
    lost: [{ what: 'sections', why: 'there are none', count: 2, example: 'Later' }],
    ...{ warnings: [{ place: 'row 3', message: 'no title' }], warnings_left_out: 1 },
    change_id: null,
  })
  expect(comes(report)).toBe(8)
  expect(report.joined).toEqual(['Home'])
  expect(report.lost).toEqual([
    { what: 'sections', why: 'there are none', count: 2, example: 'Later' },
  ])
  expect(report.warnings[0]?.place).toBe('row 3')
  expect(report.change).toBeNull()
})

it('takes what an older server leaves out for nothing', () => {
  expect(reportOf({ format: 'ical' })).toMatchObject({ format: 'ical', tasks: 0, lost: [] })
  expect(comes(reportOf(null))).toBe(0)
})

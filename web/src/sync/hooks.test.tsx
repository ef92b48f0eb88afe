// @vitest-environment jsdom
import { act, render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import type { Ports } from './engine'
import { SyncProvider, useTasks } from './hooks'
import { Sync } from './sync'

it('renders a list again when its tasks change, and not when others do', async () => {
  let ids = 0
  const ports: Ports = {
    reader: { read: vi.fn(), page: vi.fn(), probe: vi.fn() },
    send: vi.fn(),
    socket: () => ({ pong: vi.fn(), check: vi.fn(), close: vi.fn() }),
    disk: () => Promise.reject(new Error('no disk')),
    tabs: { lead: () => Promise.resolve(), tell: vi.fn(), end: vi.fn() },
    now: () => 0,
    newId: () => `id ${(ids += 1)}`,
    jitter: () => 0,
  }
  const sync = new Sync('me', ports, () => Promise.resolve(), 'w')
  await sync.start()
  let renders = 0
  function Inbox() {
    const tasks = useTasks((view) => view.tasksIn('w', null).filter((task) => !task.completed_at))
    renders += 1
    return <p>{tasks.map((task) => task.title).join(', ')}</p>
  }
  render(
    <SyncProvider sync={sync}>
      <Inbox />
    </SyncProvider>,
  )
  const add = (title: string, list_id: string | null) =>
    act(() => {
      sync.createTask({ title, list_id })
    })
  add('one', null)
  add('two', null)
  expect(screen.getByText('one, two')).toBeTruthy()
  const before = renders
  add('elsewhere', 'list')
  expect(renders).toBe(before)
  sync.stop()
})

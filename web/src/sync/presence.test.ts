import { beforeEach, expect, it, vi } from 'vitest'
import { Presence } from './presence'
import type { Wire } from './socket'

class Line implements Wire {
  sent: unknown[] = []
  private readonly heard: ((event: { data: unknown }) => void)[] = []
  private readonly closed: (() => void)[] = []
  send = (text: string) => {
    const message: unknown = JSON.parse(text)
    this.sent.push(message)
  }
  close = () => this.closed.forEach((listener) => listener())
  say = (message: object) =>
    this.heard.forEach((listener) => listener({ data: JSON.stringify(message) }))
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: string, listener: (event: { data: unknown }) => void) {
    if (type === 'message') this.heard.push(listener)
    if (type === 'close') this.closed.push(() => listener({ data: undefined }))
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

const people = [{ user: 'ada', places: [{ task: 't', field: 'title' }] }]

it('tells where one is once the socket follows, and again on a new socket', () => {
  const presence = new Presence()
  const line = new Line()
  presence.follow(line)
  presence.move({ workspace: 'w', task: 't' })
  vi.runAllTimers()
  expect(line.sent).toEqual([])
  line.say({ type: 'hello' })
  expect(line.sent).toEqual([{ type: 'presence', workspace: 'w', task: 't' }])
  line.close()
  const next = new Line()
  presence.follow(next)
  next.say({ type: 'hello' })
  expect(next.sent).toEqual(line.sent)
})

it('tells of moves that follow fast on each other once, and of none twice', () => {
  const presence = new Presence()
  const line = new Line()
  presence.follow(line)
  line.say({ type: 'hello' })
  for (const task of ['a', 'b', 'c']) presence.move({ workspace: 'w', task })
  vi.runAllTimers()
  presence.move({ workspace: 'w', task: 'c' })
  vi.runAllTimers()
  expect(line.sent).toEqual([{ type: 'presence' }, { type: 'presence', workspace: 'w', task: 'c' }])
})

it('shows who is there, and nobody once the socket is gone', () => {
  const presence = new Presence()
  const line = new Line()
  const changed = vi.fn()
  presence.subscribe(changed)
  presence.follow(line)
  line.say({ type: 'hello' })
  line.say({ type: 'presence', workspace: 'w', people: [...people, { places: [] }, 7] })
  expect(presence.people('w')).toEqual(people)
  expect(presence.people('other')).toEqual([])
  line.close()
  expect(presence.people('w')).toEqual([])
  expect(changed).toHaveBeenCalledTimes(2)
})

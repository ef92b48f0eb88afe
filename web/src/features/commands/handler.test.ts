// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { KeyHandler } from './handler'
import { Registry, type Command } from './registry'

const page = `
  <input id="line" /><input id="box" type="checkbox" /><button id="button">B</button>
  <div id="panel"><a id="link" href="#x">L</a></div>`

function offering(...offered: (Partial<Command> & { id: string })[]) {
  const registry = new Registry()
  const done: string[] = []
  for (const command of offered)
    registry.put({}, [
      { group: 'general', label: command.id, run: () => done.push(command.id), ...command },
    ])
  const { handle } = new KeyHandler(registry)
  const press = (key: string, init: KeyboardEventInit & { at?: number; on?: string } = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
    if (init.at !== undefined) vi.spyOn(event, 'timeStamp', 'get').mockReturnValue(init.at)
    const target = init.on === undefined ? document.body : document.getElementById(init.on)
    target?.addEventListener('keydown', handle, { once: true })
    target?.dispatchEvent(event)
    return event.defaultPrevented
  }
  return { done, press }
}

beforeEach(() => {
  document.body.innerHTML = page
})

describe('keys', () => {
  it('do what they stand for, with their modifiers', () => {
    const { done, press } = offering(
      { id: 'undo', keys: 'mod+z' },
      { id: 'redo', keys: ['mod+shift+z', 'mod+y'] },
      { id: 'help', keys: '?' },
      { id: 'last', keys: 'shift+g' },
    )
    expect(press('z', { ctrlKey: true })).toBe(true)
    press('Z', { ctrlKey: true, shiftKey: true })
    press('y', { ctrlKey: true })
    press('?', { shiftKey: true })
    press('G', { shiftKey: true })
    expect(press('g')).toBe(false)
    expect(done).toEqual(['undo', 'redo', 'redo', 'help', 'last'])
  })

  it('go one after the other, if not too slowly', () => {
    const { done, press } = offering({ id: 'today', keys: 'g t' }, { id: 't', keys: 't' })
    expect(press('g', { at: 1000 })).toBe(true)
    press('t', { at: 1200 })
    press('g', { at: 2000 })
    press('t', { at: 9000 })
    press('g', { at: 10_000 })
    press('x', { at: 10_100 })
    press('t', { at: 10_200 })
    expect(done).toEqual(['today', 't', 't'])
  })

  it('are those of the place on a layout without Latin letters', () => {
    const { done, press } = offering({ id: 'add', keys: 'q' }, { id: 'help', keys: '?' })
    press('ض', { code: 'KeyQ' })
    press('؟', { code: 'Slash', shiftKey: true })
    expect(done).toEqual(['add', 'help'])
  })

  it('belong to whoever writes', () => {
    const { done, press } = offering(
      { id: 'add', keys: 'q' },
      { id: 'palette', keys: 'mod+k', whileWriting: true },
    )
    expect(press('q', { on: 'line' })).toBe(false)
    press('k', { ctrlKey: true, on: 'line' })
    press('q', { on: 'box' })
    expect(done).toEqual(['palette', 'add'])
  })

  it('leave Enter and Space to buttons and links', () => {
    const { done, press } = offering({ id: 'open', keys: ['enter', 'o'] })
    press('Enter', { on: 'button' })
    press('Enter', { on: 'link' })
    press('o', { on: 'link' })
    press('Enter')
    expect(done).toEqual(['open', 'open'])
  })

  it('mean what is near before what is everywhere', () => {
    const near = { id: 'near', keys: 'e', within: () => document.getElementById('panel') }
    const { done, press } = offering(near, { id: 'far', keys: 'e' })
    press('e', { on: 'link' })
    press('e')
    expect(done).toEqual(['near', 'far'])
  })

  it('reach nothing below a window', () => {
    const { done, press } = offering({ id: 'add', keys: 'q' })
    document.getElementById('panel')?.setAttribute('data-window', '')
    press('q')
    expect(done).toEqual([])
    document.getElementById('panel')?.setAttribute('data-closed', '')
    press('q')
    expect(done).toEqual(['add'])
  })

  it('are free for others where a command is not available', () => {
    const { done, press } = offering(
      { id: 'other', keys: 'e' },
      { id: 'mine', keys: 'e', available: () => false },
    )
    press('e')
    expect(done).toEqual(['other'])
  })

  it('repeat only what goes on', () => {
    const { done, press } = offering(
      { id: 'next', keys: 'j', repeats: true },
      { id: 'e', keys: 'e' },
    )
    press('j', { repeat: true })
    expect(press('e', { repeat: true })).toBe(true)
    expect(done).toEqual(['next'])
  })
})

it('keeps one command of each id, the one that was offered last', () => {
  const registry = new Registry()
  const [one, other] = [{}, {}]
  const command = (label: string): Command => ({ id: 'x', group: 'go', label, run: vi.fn() })
  registry.put(one, [command('first')])
  registry.put(other, [command('second')])
  expect(registry.all().map(({ label }) => label)).toEqual(['second'])
  registry.drop(other)
  expect(registry.all().map(({ label }) => label)).toEqual(['first'])
})

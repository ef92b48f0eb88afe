import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Shared } from './state'
import { Tabs, sharedOf } from './tabs'

const nothing: Shared = {
  ...{ outbox: [], done: [], conflicts: [] },
  ...{ resolved: [], refused: [], dismissed: [] },
}
const news: Shared = { ...nothing, done: ['entry'] }

/** Locks as browsers have them: whoever asked first, and when that one lets go, the next. */
function locks() {
  const turns = new Map<string, Promise<void>>()
  return {
    request(
      name: string,
      { signal }: { signal: AbortSignal },
      held: () => Promise<void>,
    ): Promise<void> {
      const before = turns.get(name) ?? Promise.resolve()
      const gone = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('gone')))
      })
      const turn = Promise.race([before, gone]).then(held)
      turns.set(
        name,
        before.then(() => turn.catch(() => undefined)),
      )
      return turn
    },
  }
}

const open: Tabs[] = []
const tab = (name: string, heard: (shared: Shared) => void = () => undefined) => {
  const made = new Tabs(name, heard)
  open.push(made)
  return made
}

afterEach(() => {
  for (const each of open.splice(0)) each.end()
})

describe('the pages of a browser', () => {
  it('send one at a time: the next when the one before is closed, or its own turn was given up', async () => {
    vi.stubGlobal('navigator', { locks: locks() })
    const [first, second, third] = [tab('a'), tab('a'), tab('a')]
    const led: string[] = []
    const leads = (name: string, of: Tabs) => of.lead().then(() => led.push(name))
    const others = [leads('first', first), leads('second', second), leads('third', third)]
    await others[0]
    expect(led).toEqual(['first'])
    second.end()
    first.end()
    await others[2]
    expect(led).toEqual(['first', 'third'])
  })

  it('of different people do not wait for each other', async () => {
    vi.stubGlobal('navigator', { locks: locks() })
    await Promise.all([tab('a').lead(), tab('b').lead()])
  })

  it('all send where there are no locks', async () => {
    vi.stubGlobal('navigator', {})
    await Promise.all([tab('a').lead(), tab('a').lead()])
  })

  it('tell each other what they share, and not themselves', async () => {
    const [here, there, elsewhere] = [vi.fn(), vi.fn(), vi.fn()]
    const first = tab('a', here)
    tab('a', there)
    tab('b', elsewhere)
    first.tell(news)
    await vi.waitFor(() => expect(there).toHaveBeenCalledWith(news))
    expect(here).not.toHaveBeenCalled()
    expect(elsewhere).not.toHaveBeenCalled()
  })
})

it('tells nothing where nothing is shared', () => {
  expect(sharedOf(nothing)).toBeUndefined()
  expect(sharedOf(news)).toEqual(news)
})

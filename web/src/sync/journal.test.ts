import { describe, expect, it } from 'vitest'
import type { Command } from './commands'
import { Journal, redoLast, undoLast } from './journal'

const titled = (title: string): Command => ({ command: 'create_task', title, task_id: title })

/** Hands that write down what they do; what is in `sent` was confirmed as a change. */
function hands(journal: Journal, sent: readonly string[]) {
  const done: string[] = []
  let entries = 0
  const outcome = Promise.resolve({ is: 'done' as const, change: null })
  return {
    done,
    undo({ entry }: { entry: string }) {
      done.push(`undo ${entry}`)
      const undo = sent.includes(entry) ? `undo of ${entry}` : entry
      journal.undid(entry, undo)
      return { entry: undo, outcome }
    },
    redo(change: string) {
      done.push(`redo ${change}`)
      return { outcome }
    },
    again(command: Command) {
      entries += 1
      done.push(`again ${command.command}`)
      return { entry: `new ${entries}`, outcome }
    },
    changeOf: (entry: string) => (sent.includes(entry) ? `change ${entry}` : undefined),
  }
}

const part = (entry: string) => ({ entry, command: titled(entry), workspace: 'w' })

describe('the journal', () => {
  it('takes back one deed after the other, and brings them back in turn', () => {
    const journal = new Journal()
    const by = hands(journal, ['a', 'b1', 'b2'])
    journal.did([part('a')])
    journal.did([part('b1'), part('b2')])
    expect(undoLast(journal, by)?.commands).toEqual([titled('b1'), titled('b2')])
    undoLast(journal, by)
    expect(undoLast(journal, by)).toBeUndefined()
    redoLast(journal, by)
    redoLast(journal, by)
    expect(redoLast(journal, by)).toBeUndefined()
    undoLast(journal, by)
    expect(by.done).toEqual([
      'undo b2',
      'undo b1',
      'undo a',
      'redo change a',
      'redo change b1',
      'redo change b2',
      'undo b2',
      'undo b1',
    ])
  })

  it('does again what had not been sent when it was taken back', () => {
    const journal = new Journal()
    const by = hands(journal, [])
    journal.did([part('a')])
    undoLast(journal, by)
    redoLast(journal, by)
    undoLast(journal, by)
    expect(by.done).toEqual(['undo a', 'again create_task', 'undo new 1'])
  })

  it('knows of what was taken back by a toast, and forgets what was refused', () => {
    const journal = new Journal()
    const by = hands(journal, ['a', 'b', 'c'])
    for (const entry of ['a', 'b', 'c']) journal.did([part(entry)])
    by.undo({ entry: 'b' })
    const problem = { type: '', title: '', detail: '', status: 403, code: '' }
    journal.failed('c', { is: 'refused', problem })
    undoLast(journal, by)
    expect(by.done).toEqual(['undo b', 'undo a'])
  })

  it('brings nothing back once something else was done', () => {
    const journal = new Journal()
    const by = hands(journal, ['a', 'b'])
    journal.did([part('a')])
    undoLast(journal, by)
    journal.did([part('b')])
    expect(redoLast(journal, by)).toBeUndefined()
  })
})

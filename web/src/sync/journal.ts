import type { Command } from './commands'
import type { Outcome } from './outbox'
import type { ChangeId, WorkspaceId } from './rows'

/** One thing that somebody did on this page; it may take several commands. */
export type Deed = { readonly parts: readonly Part[] }
type Part = {
  readonly entry: string
  readonly command: Command
  readonly workspace: WorkspaceId
  /** What took it back; its own entry where it just went, as nothing was sent yet. */
  readonly undo?: string
}

/** How many deeds are kept. */
const KEPT = 200

/** What was done on this page, in its order, to take it back and to bring it back step by step. */
export class Journal {
  private past: Deed[] = []
  private future: Deed[] = []

  /** Something was done: what had been taken back before is not brought back any more. */
  did(parts: readonly Part[]): void {
    this.past = [...this.past, { parts }].slice(-KEPT)
    this.future = []
  }

  /** A part was taken back by another one; with its last part the deed is undone. */
  undid(entry: string, undo: string): void {
    const deed = this.past.find(({ parts }) => parts.some((part) => part.entry === entry))
    if (deed === undefined) return
    const parts = deed.parts.map((part) => (part.entry === entry ? { ...part, undo } : part))
    const whole = parts.every((part) => part.undo !== undefined)
    this.past = this.past.flatMap((one) => (one === deed ? (whole ? [] : [{ parts }]) : [one]))
    if (whole) this.future = [...this.future, { parts }]
  }

  /** A command came to nothing: there is nothing to take back. */
  failed(entry: string, outcome: Outcome): void {
    if (outcome.is !== 'refused') return
    const left = ({ parts }: Deed) => ({ parts: parts.filter((part) => part.entry !== entry) })
    this.past = this.past.map(left).filter(({ parts }) => parts.length > 0)
  }

  last(): Deed | undefined {
    return this.past.at(-1)
  }

  lastUndone(): Deed | undefined {
    return this.future.at(-1)
  }

  /** The deed that was undone last is there again, by these entries. */
  redid(parts: readonly Part[]): void {
    this.future = this.future.slice(0, -1)
    this.past = [...this.past, { parts }]
  }
}

/** What taking back and bringing back needs of the sync layer. */
type Hands = {
  undo(what: { entry: string }): { entry: string; outcome: Promise<Outcome> }
  redo(change: ChangeId, workspace: WorkspaceId): { outcome: Promise<Outcome> }
  again(command: Command, workspace: WorkspaceId): { entry: string; outcome: Promise<Outcome> }
  changeOf(entry: string): ChangeId | undefined
}

export type Went = { readonly commands: readonly Command[]; readonly outcomes: Promise<Outcome>[] }

/** Takes back the last deed, its parts in reverse; none when there is none left. */
export function undoLast(journal: Journal, hands: Hands): Went | undefined {
  const deed = journal.last()
  if (deed === undefined) return undefined
  const outcomes = deed.parts.toReversed().map(({ entry }) => hands.undo({ entry }).outcome)
  return { commands: deed.parts.map(({ command }) => command), outcomes }
}

/** Brings back the deed that was undone last. */
export function redoLast(journal: Journal, hands: Hands): Went | undefined {
  const deed = journal.lastUndone()
  if (deed === undefined) return undefined
  const outcomes: Promise<Outcome>[] = []
  const parts = deed.parts.map((part) => {
    const { entry, command, workspace, undo } = part
    if (undo === entry) {
      const again = hands.again(command, workspace)
      outcomes.push(again.outcome)
      return { entry: again.entry, command, workspace }
    }
    const change = hands.changeOf(entry)
    // Its undo still waits: that one just goes.
    const done =
      change === undefined ? hands.undo({ entry: undo ?? '' }) : hands.redo(change, workspace)
    outcomes.push(done.outcome)
    return { entry, command, workspace }
  })
  journal.redid(parts)
  return { commands: parts.map(({ command }) => command), outcomes }
}

/** What a command is about: the palette and the map of keys are ordered by it. */
export const groups = [
  'general',
  'go',
  'moving',
  'selection',
  'task',
  'list',
  'view',
  'history',
] as const
export type Group = (typeof groups)[number]

/** Something that can be done now: by its keys, and in the palette by its words. */
export type Command = {
  /** Such as `task.complete`; one id is one command, wherever it is offered. */
  readonly id: string
  readonly group: Group
  /** Already in the language of the person. */
  readonly label: string
  /**
   * `q`, `?`, `shift+g`, `mod+k` (⌘ on a Mac, Ctrl elsewhere), `alt+arrowup`, or one after the other, `g t`; several
   * when more than one does it. A key that begins another's sequence cannot be a command of its own.
   */
  readonly keys?: string | readonly string[]
  readonly run: () => void
  /** Asked at the moment of use; where it says no, the keys are free for others. */
  readonly available?: () => boolean
  /** Its keys count only while the focus is in here, before those of commands that count everywhere. */
  readonly within?: () => HTMLElement | null
  /** Goes on while its key is held. */
  readonly repeats?: boolean
  /** Also while somebody writes; only for keys that write nothing. */
  readonly whileWriting?: boolean
  /** It makes no sense by its words, as with a step to the next task: it is not in the palette. */
  readonly keysOnly?: boolean
}

/** Who offers commands: they come and go with it. */
type Source = object

/** The commands that there are at a moment, in the order in which they were first offered. */
export class Registry {
  private readonly sources = new Map<Source, readonly Command[]>()
  private readonly listeners = new Set<() => void>()
  private known: readonly Command[] | undefined

  put(source: Source, commands: readonly Command[]): void {
    this.sources.set(source, commands)
    this.changed()
  }

  drop(source: Source): void {
    this.sources.delete(source)
    this.changed()
  }

  /** All commands; of those with one id the latest alone. */
  all = (): readonly Command[] => {
    if (this.known === undefined) {
      const byId = new Map<string, Command>()
      for (const command of [...this.sources.values()].flat()) byId.set(command.id, command)
      this.known = [...byId.values()]
    }
    return this.known
  }

  /** Does what a command does, when it is there and available: for buttons that do the same. */
  run = (id: string): void => {
    const command = this.all().find((each) => each.id === id)
    if (command !== undefined && isAvailable(command)) command.run()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(): void {
    this.known = undefined
    for (const listener of this.listeners) listener()
  }
}

export const isAvailable = ({ available }: Command): boolean => available?.() ?? true

export function keysOf({ keys }: Command): readonly string[] {
  return keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys
}

/** The commands of this page. */
export const registry = new Registry()

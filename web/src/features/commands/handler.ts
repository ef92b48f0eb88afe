import { onMac, pressOf } from './keys'
import { isAvailable, keysOf, type Command, type Registry } from './registry'

/** How long the second key of two may take (ms). */
const PATIENCE = 1500

/** Takes presses of keys to their commands. */
export class KeyHandler {
  private begun = ''
  private until = 0
  private readonly mac = onMac()

  constructor(private readonly registry: Registry) {}

  handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return
    const offered = this.registry.all().filter((command) => isFor(command, event))
    const press = pressOf(event, this.mac)
    const before = event.timeStamp < this.until ? this.begun : ''
    this.begun = ''
    if (before !== '' && this.follow(`${before} ${press}`, offered, event)) return
    this.follow(press, offered, event)
  }

  /** Whether the keys mean something, as a whole or as a beginning. */
  private follow(keys: string, offered: readonly Command[], event: KeyboardEvent): boolean {
    const meant = offered.filter((command) => keysOf(command).includes(keys))
    // What is nearer comes first, then what was offered later.
    const command = meant.findLast(({ within }) => within !== undefined) ?? meant.at(-1)
    if (command !== undefined) {
      event.preventDefault()
      if (!event.repeat || command.repeats === true) command.run()
      return true
    }
    const begins = (command: Command) => keysOf(command).some((each) => each.startsWith(`${keys} `))
    if (!offered.some(begins)) return false
    event.preventDefault()
    this.begun = keys
    this.until = event.timeStamp + PATIENCE
    return true
  }
}

const isModifier = (key: string) => ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(key)

/** Where a key was pressed. A window that only fades has closed already, and so has the line in it. */
function targetOf({ target }: KeyboardEvent): HTMLElement {
  if (!(target instanceof HTMLElement)) return document.body
  return target.closest('[data-window][data-closed]') === null ? target : document.body
}

/** Whether the keys of a command count where the event happened. */
function isFor(command: Command, event: KeyboardEvent): boolean {
  const target = targetOf(event)
  if (isWriting(target) && command.whileWriting !== true) return false
  if (isPressable(target) && (event.key === 'Enter' || event.key === ' ')) return false
  if (command.within !== undefined) {
    if (command.within()?.contains(target) !== true) return false
  } else if (document.querySelector('[data-window]:not([data-closed])') !== null) {
    return false
  }
  return isAvailable(command)
}

/** Whether keys are text there, or chosen by their first letter. */
function isWriting(target: HTMLElement): boolean {
  if (target.isContentEditable) return true
  if (target.closest('textarea, select, [role="menu"], [role="listbox"]') !== null) return true
  return target.matches('input:not([type="checkbox"], [type="radio"], [type="button"])')
}

/** Whether Enter and Space do something there of their own. */
function isPressable(target: HTMLElement): boolean {
  return target.matches('a[href], button, input, summary, [role="button"], [role="checkbox"]')
}

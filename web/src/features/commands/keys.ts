/** Whether this browser is on a Mac, whose commands go by ⌘ and not by Ctrl. */
export function onMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
}

type Pressed = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'
>

const names: Readonly<Record<string, string>> = { ' ': 'space', esc: 'escape', del: 'delete' }

/** The key by its name. Of a layout without Latin letters, what a Latin one has at its place. */
function keyOf({ key, code, shiftKey }: Pressed): string {
  if (key.length === 1 && key > '~') {
    if (code === 'Slash') return shiftKey ? '?' : '/'
    const letter = /^(?:Key|Digit)(.)$/.exec(code)?.[1]
    if (letter !== undefined) return letter.toLowerCase()
  }
  const name = key.toLowerCase()
  return names[name] ?? name
}

/** What was pressed, as commands write it: `j`, `?`, `mod+shift+z`, `alt+arrowup`. */
export function pressOf(event: Pressed, mac: boolean): string {
  const key = keyOf(event)
  // AltGr says that it is Ctrl and Alt where signs are typed with it.
  const third = event.getModifierState('AltGraph')
  const mod = mac ? event.metaKey : event.ctrlKey && !third
  const other = mac ? event.ctrlKey : event.metaKey
  // Which signs need Shift differs by layout; letters and named keys are told apart by it.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key))
  return [mod && 'mod', other && 'other', event.altKey && !third && 'alt', shift && 'shift', key]
    .filter(Boolean)
    .join('+')
}

const signs: Readonly<Record<string, string>> = {
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  enter: '↵',
  escape: 'Esc',
  backspace: '⌫',
  delete: 'Del',
  space: 'Space',
  pagedown: 'PgDn',
  pageup: 'PgUp',
}
const modifiers: Readonly<Record<string, readonly [string, string]>> = {
  mod: ['⌘', 'Ctrl'],
  alt: ['⌥', 'Alt'],
  shift: ['⇧', 'Shift'],
}

/** The caps of keys to press one after the other: `mod+k` is `[['Ctrl', 'K']]`, `g t` is `[['G'], ['T']]`. */
export function capsOf(keys: string, mac: boolean): string[][] {
  return keys.split(' ').map((press) =>
    press.split('+').map((part) => {
      const modifier = modifiers[part]?.[mac ? 0 : 1]
      return modifier ?? signs[part] ?? part.slice(0, 1).toUpperCase() + part.slice(1)
    }),
  )
}

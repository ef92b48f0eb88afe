import { classes } from './classes'

/** Grounds on which the initials can be read in both themes, by text colour tokens. */
const tints = ['text-low', 'text-medium', 'text-high', 'text-ok', 'text-accent-ink', 'text-urgent']

function tintOf(name: string): string {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997
  return tints[sum % tints.length] ?? 'text-ink'
}

const letters = new Intl.Segmenter()

function firstLetter(word = ''): string {
  return letters.segment(word).containing(0)?.segment ?? ''
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map(firstLetter).join('').toLocaleUpperCase()
}

/** A person. Where their name stands beside it, it is decoration. */
export function Avatar({ name, decorative = false }: { name: string; decorative?: boolean }) {
  return (
    <span
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
      className={classes(
        'inline-flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-raised text-[10px] font-semibold select-none',
        tintOf(name),
      )}
    >
      {initials(name)}
    </span>
  )
}

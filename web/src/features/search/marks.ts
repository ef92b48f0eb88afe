/** A stretch of a text that was found, and whether it is what was looked for. */
export type Stretch = { text: string; found: boolean }

const [BEGIN, END] = ['\uE000', '\uE001']

/** The server puts what was found between two characters that no text has. */
export function stretchesOf(marked: string): Stretch[] {
  const stretches: Stretch[] = []
  for (const part of marked.split(BEGIN)) {
    const [found = '', rest] = part.split(END)
    if (rest === undefined) stretches.push({ text: found, found: false })
    else stretches.push({ text: found, found: true }, { text: rest, found: false })
  }
  return stretches.filter(({ text }) => text !== '')
}

/** A run of words of two texts: in both, or in one of them. */
export type Run = { readonly is: 'same' | 'added' | 'removed'; readonly text: string }

/** Tables with more cells than this take too long while somebody waits. */
const LARGEST = 400_000

/** How one text became the other, word by word (longest common subsequence). */
export function difference(from: string, to: string): Run[] {
  const [before, after] = [tokens(from), tokens(to)]
  if (before.length * after.length > LARGEST) {
    return joined([removed(from), added(to)])
  }
  const lengths = commonLengths(before, after)
  const width = after.length + 1
  const runs: Run[] = []
  let [at, other] = [0, 0]
  while (at < before.length || other < after.length) {
    const [one, two] = [before[at], after[other]]
    if (one !== undefined && one === two) {
      runs.push({ is: 'same', text: one })
      at += 1
      other += 1
      continue
    }
    const below = lengths[(at + 1) * width + other] ?? 0
    const beside = lengths[at * width + other + 1] ?? 0
    if (one !== undefined && (two === undefined || below >= beside)) {
      runs.push(removed(one))
      at += 1
    } else if (two !== undefined) {
      runs.push(added(two))
      other += 1
    }
  }
  return joined(runs)
}

const added = (text: string): Run => ({ is: 'added', text })
const removed = (text: string): Run => ({ is: 'removed', text })

const tokens = (text: string) => text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) ?? []

/** For each pair of places, how much is common from there to the ends. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let at = before.length - 1; at >= 0; at -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      lengths[at * width + other] =
        before[at] === after[other]
          ? (lengths[(at + 1) * width + other + 1] ?? 0) + 1
          : Math.max(lengths[(at + 1) * width + other] ?? 0, lengths[at * width + other + 1] ?? 0)
    }
  }
  return lengths
}

/** What changed in a row as one: first all that went, then all that came; a space between two changes is of both. */
function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = []
  let [gone, come] = ['', '']
  const flush = () => {
    if (gone !== '') result.push(removed(gone))
    if (come !== '') result.push(added(come))
    gone = come = ''
  }
  runs.forEach(({ is, text }, at) => {
    const next = runs[at + 1]
    const between =
      text.trim() === '' && gone + come !== '' && next !== undefined && next.is !== 'same'
    if (is === 'same' && !between) {
      flush()
      const last = result.at(-1)
      if (last?.is === 'same') result[result.length - 1] = { is, text: last.text + text }
      else result.push({ is, text })
      return
    }
    if (is !== 'added') gone += text
    if (is !== 'removed') come += text
  })
  flush()
  return result
}

/** Words that stay on each side of a change. */
const AROUND = 6

/** The runs with the long ones that did not change cut to what is around the changes. */
export function excerpt(runs: readonly Run[]): Run[] {
  return runs.map((run, at) => {
    if (run.is !== 'same') return run
    const words = run.text.split(/(?<=\s)/u)
    const [first, last] = [at === 0, at === runs.length - 1]
    const kept = (first ? 0 : AROUND) + (last ? 0 : AROUND)
    if (words.length <= kept + 1) return run
    const head = first ? '' : words.slice(0, AROUND).join('')
    const tail = last ? '' : words.slice(-AROUND).join('')
    return { is: 'same', text: `${head}… ${tail}` }
  })
}

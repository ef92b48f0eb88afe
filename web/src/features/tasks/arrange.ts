import type { Task } from '@/api/types'
import type { Row } from './rows'

/** A place among tasks that have an order: under a parent, beside a neighbour, or last. */
export type Place = { parent_id: string | null; after?: string; before?: string }

type Line = Extract<Row, { kind: 'task' }>

/** How deep tasks may hang below each other. */
const DEEPEST = 8

const linesOf = (rows: readonly Row[]) => rows.filter((row): row is Line => row.kind === 'task')

/** The rows without some tasks and what hangs on them. */
function without(lines: readonly Line[], ids: ReadonlySet<string>): Line[] {
  let gone = Infinity
  return lines.filter(({ key, depth }) => {
    if (depth > gone) return false
    gone = ids.has(key) ? depth : Infinity
    return gone === Infinity
  })
}

/** How deep something may be that is put before the row at `index`, of what is left. */
function depthsAt(rest: readonly Line[], index: number): [least: number, most: number] {
  const above = rest[index - 1]
  return [rest[index]?.depth ?? 0, above === undefined ? 0 : Math.min(above.depth + 1, DEEPEST - 1)]
}

/** The one that is next at a depth, going one way, before the rows leave the parent. */
function sibling(
  rest: readonly Line[],
  from: number,
  step: 1 | -1,
  depth: number,
  parent: string | null,
) {
  for (let at = from; at >= 0 && at < rest.length; at += step) {
    const line = rest[at]
    if (line === undefined || line.depth < depth) return undefined
    // What stands for itself because its parent is not shown is no sibling of those around it.
    if (line.depth === depth && (line.task.parent_id ?? null) === parent) return line
  }
  return undefined
}

export type Spot = { index: number; depth: number }

/**
 * Where dragged tasks would go: before the row at `index` of all rows, as deep as wanted as far as that is possible
 * there.
 */
export function spotFor(
  rows: readonly Row[],
  ids: ReadonlySet<string>,
  index: number,
  wanted: number,
): Spot {
  const lines = linesOf(rows)
  const rest = without(lines, ids)
  const left = new Set(rest)
  const at = lines.slice(0, index).filter((line) => left.has(line)).length
  const [least, most] = depthsAt(rest, at)
  return { index, depth: Math.max(least, Math.min(wanted, most)) }
}

/** The place of a spot. */
export function placeAt(
  rows: readonly Row[],
  ids: ReadonlySet<string>,
  { index, depth }: Spot,
): Place {
  const lines = linesOf(rows)
  const rest = without(lines, ids)
  const left = new Set(rest)
  const at = lines.slice(0, index).filter((line) => left.has(line)).length
  let above = at - 1
  while (above >= 0 && (rest[above]?.depth ?? 0) >= depth) above -= 1
  const parent_id = depth === 0 ? null : (rest[above]?.key ?? null)
  const after = sibling(rest, at - 1, -1, depth, parent_id)
  const before = sibling(rest, at, 1, depth, parent_id)
  return {
    parent_id,
    ...(after !== undefined && { after: after.key }),
    ...(after === undefined && before !== undefined && { before: before.key }),
  }
}

export type Step = 'up' | 'down' | 'in' | 'out'

/** The place of a task after a step; none where there is no such place. */
export function placeAfter(rows: readonly Row[], task: Task, step: Step): Place | undefined {
  const lines = linesOf(rows)
  const at = lines.findIndex(({ key }) => key === task.task_id)
  const line = lines[at]
  if (line === undefined) return undefined
  const parent_id = task.parent_id ?? null
  const previous = sibling(lines, at - 1, -1, line.depth, parent_id)
  const next = sibling(lines, at + 1, 1, line.depth, parent_id)
  switch (step) {
    case 'up':
      return previous && { parent_id, before: previous.key }
    case 'down':
      return next && { parent_id, after: next.key }
    case 'in': {
      if (previous === undefined || line.depth + 1 >= DEEPEST) return undefined
      return { parent_id: previous.key }
    }
    case 'out': {
      const parent = lines.find(({ key }) => key === parent_id)
      return parent && { parent_id: parent.task.parent_id ?? null, after: parent.key }
    }
  }
}

type Move = Place & { task_id: string }

/** Moves that put several tasks into a place, in their order. */
export function movesTo(ids: readonly string[], place: Place): Move[] {
  // Each comes right behind the same neighbour: the last of them first.
  const order = place.after === undefined ? ids : ids.toReversed()
  return order.map((task_id) => ({ task_id, ...place }))
}

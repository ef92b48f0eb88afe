/** What the server found in a file: what comes, what is here already, what has no place here. */
export type Report = {
  readonly format: string
  readonly lists: number
  readonly tasks: number
  readonly completed: number
  readonly deleted: number
  readonly comments: number
  readonly skipped: number
  readonly restored: number
  /** The names of lists that were here already and take the tasks of lists of the same name. */
  readonly joined: readonly string[]
  readonly lost: readonly Lost[]
  readonly warnings: readonly Warning[]
  readonly warningsLeftOut: number
  /** What undo names; null in a preview, and where nothing was new. */
  readonly change: string | null
}

/** Something that cannot be kept, in the words of the server. */
type Lost = {
  readonly what: string
  readonly why: string
  readonly count: number
  readonly example: string
}
type Warning = { readonly place: string; readonly message: string }

/** The report of an answer, whose description leaves open what stands in it. */
export function reportOf(answer: unknown): Report {
  const fields = entriesOf(answer)
  return {
    format: textOf(fields.get('format')),
    lists: numberOf(fields.get('lists')),
    tasks: numberOf(fields.get('tasks')),
    completed: numberOf(fields.get('completed')),
    deleted: numberOf(fields.get('deleted')),
    comments: numberOf(fields.get('comments')),
    skipped: numberOf(fields.get('skipped_existing')),
    restored: numberOf(fields.get('restored')),
    joined: rowsOf(fields.get('joined')).map((row) => textOf(row.get('name'))),
    lost: rowsOf(fields.get('lost')).map((row) => ({
      what: textOf(row.get('what')),
      why: textOf(row.get('why')),
      count: numberOf(row.get('count')),
      example: textOf(row.get('example')),
    })),
    warnings: rowsOf(fields.get('warnings')).map((row) => ({
      place: textOf(row.get('place')),
      message: textOf(row.get('message')),
    })),
    warningsLeftOut: numberOf(fields.get('warnings_left_out')),
    change: textOf(fields.get('change_id')) || null,
  }
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

const rowsOf = (value: unknown) => (Array.isArray(value) ? value.map(entriesOf) : [])
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0)

/** What the file brings that is not here yet. */
export const comes = ({ lists, tasks, skipped }: Report) => Math.max(0, lists + tasks - skipped)

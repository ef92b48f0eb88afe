import createClient from 'openapi-fetch'
import { problemOf } from '@/api/errors'
import type { paths } from '@/api/schema'
import { positionOf } from './positions'
import type { Position } from './positions'
import type { Key, Row, WorkspaceId } from './rows'
import { ME, WORKSPACES, idOf, listKey, taskKey } from './rows'
import type { Failure, Found, Load } from './state'

/** Rows of a page: as many as the server gives at once. */
const PAGE = 500
/** Done tasks are kept for so many days. */
export const DONE_FOR = 30
/** Requests at a time, of a read of several keys. */
const AT_ONCE = 6
/** Tasks of one request by their ids. */
const BATCH = 100

export type HttpOptions = {
  /** Where the API is; empty is the origin of the page. */
  readonly origin: string
  readonly fetch?: (request: Request) => Promise<Response>
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

export type Client = ReturnType<typeof createClient<paths>>

export function clientOf({ origin, fetch, headers }: HttpOptions): Client {
  return createClient<paths>({
    baseUrl: origin,
    credentials: origin === '' ? 'same-origin' : 'include',
    headers: { Accept: 'application/json, application/problem+json', ...headers },
    ...(fetch ? { fetch } : {}),
  })
}

/** A request that did not do what was asked for. */
class Failed extends Error {
  override readonly name = 'Failed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.is)
    this.failure = failure
  }
}

/** What a failed request means for sync. */
export const failureOf = (error: unknown): Failure =>
  error instanceof Failed ? error.failure : { is: 'lost' }

type Answer<D> = { readonly data?: D; readonly error?: unknown; readonly response: Response }

/** The body and the position of an answer. */
export async function taken<D>(asked: Promise<Answer<D>>): Promise<{ data: D; at: Position }> {
  const { data, error, response } = await asked
  const at = positionOf(response.headers.get('Taskfold-Position') ?? '')
  if (response.ok && data !== undefined) return { data, at: at ?? { partition: 0, number: 0 } }
  const { status } = response
  if (status === 401) throw new Failed({ is: 'signed_out' })
  if (status === 408 || status === 425 || status === 429 || status >= 500 || response.ok) {
    const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
    const wait = Number.isFinite(seconds) ? { retryAfter: seconds * 1_000 } : {}
    throw new Failed({ is: 'lost', ...wait })
  }
  const { problem } = await problemOf(Response.json(error, { status }))
  throw new Failed({ is: 'refused', problem })
}

/** Reads rows, not older than `position`. */
export class Reader {
  constructor(private readonly client: Client) {}

  /** Whether there is a session, and whether the server has this position. */
  async probe(position: string | undefined): Promise<Failure | undefined> {
    try {
      await taken(this.client.GET('/api/v1/me', asOf(position)))
      return undefined
    } catch (error) {
      return failureOf(error)
    }
  }

  async read(
    workspace: WorkspaceId,
    keys: readonly Key[],
    position?: string,
  ): Promise<{ found: Found[]; partition?: number }> {
    const found: Found[] = []
    let partition: number | undefined
    const tasks = keys.filter(isTask)
    const left = keys
      .filter((key) => !isTask(key))
      .map((key) => async () => {
        const { rows, at } = await this.find(workspace, key, position)
        partition = at.partition
        found.push({ key, at: at.number, rows })
      })
    for (let first = 0; first < tasks.length; first += BATCH) {
      left.push(async () => {
        const some = tasks.slice(first, first + BATCH)
        const batch = await this.tasks(workspace, some, position)
        partition = batch.at.partition
        found.push(...batch.found)
      })
    }
    const worker = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await next()
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, worker))
    return { found, ...(partition === undefined ? {} : { partition }) }
  }

  async page(
    workspace: WorkspaceId,
    load: Load,
    position?: string,
  ): Promise<{ rows: Row[]; at: Position; cursor?: string }> {
    if (load.part === 'open' || load.part === 'done') {
      const filter = load.part === 'done' ? { filter: `completed >= -${DONE_FOR}d` } : {}
      const cursor = load.cursor === undefined ? {} : { cursor: load.cursor }
      const query = { workspace, limit: PAGE, ...filter, ...cursor }
      const { data, at } = await taken(
        this.client.GET('/api/v1/tasks', { params: { query }, ...asOf(position) }),
      )
      const rows = data.items.map((value): Row => {
        return { key: taskKey(value.task_id), kind: 'task', workspace, at: at.number, value }
      })
      return { rows, at, ...(data.next_cursor ? { cursor: data.next_cursor } : {}) }
    }
    const { rows, at } = await this.find(workspace, `${load.part}/${workspace}`, position)
    return { rows, at }
  }

  private async find(
    workspace: WorkspaceId,
    key: Key,
    position: string | undefined,
  ): Promise<{ rows: Row[]; at: Position }> {
    const asked = { params: { query: { workspace } }, ...asOf(position) }
    const row = { key, workspace }
    switch (key.slice(0, key.indexOf('/'))) {
      case 'comments': {
        const { comments, at } = await this.comments(workspace, idOf(key), position)
        return { rows: [{ ...row, kind: 'comments', at: at.number, value: comments }], at }
      }
      case 'lists': {
        const query = { workspace, archived: true }
        const { data, at } = await taken(
          this.client.GET('/api/v1/lists', { ...asked, params: { query } }),
        )
        const rows = data.items.map((value): Row => {
          return { key: listKey(value.list_id), kind: 'list', workspace, at: at.number, value }
        })
        return { rows, at }
      }
      case 'filters': {
        const { data, at } = await taken(this.client.GET('/api/v1/filters', asked))
        const rows = data.items.map((value): Row => {
          const one: Key = `filter/${value.filter_id}`
          return { key: one, kind: 'filter', workspace, at: at.number, value }
        })
        return { rows, at }
      }
      case 'members': {
        const { data, at } = await taken(this.client.GET('/api/v1/members', asked))
        return { rows: [{ ...row, kind: 'members', at: at.number, value: data.items }], at }
      }
      case 'tags': {
        const { data, at } = await taken(this.client.GET('/api/v1/tags', asked))
        return { rows: [{ ...row, kind: 'tags', at: at.number, value: data.items }], at }
      }
      default:
        return this.personal(key, position)
    }
  }

  /** Those that are not in the answer are not there; those in the trash are told as such. */
  private async tasks(workspace: WorkspaceId, keys: readonly Key[], position: string | undefined) {
    const query = { workspace, ids: keys.map(idOf).join(',') }
    const { data, at } = await taken(
      this.client.GET('/api/v1/tasks/batch', { params: { query }, ...asOf(position) }),
    )
    const there = new Map(data.items.map((task) => [taskKey(task.task_id), task]))
    const found = keys.map((key): Found => {
      const value = there.get(key)
      if (!value) return { key, at: at.number, rows: [] }
      if (value.deleted_at) return { key, at: at.number, rows: [], trashed: value }
      return { key, at: at.number, rows: [{ key, kind: 'task', workspace, at: at.number, value }] }
    })
    return { found, at }
  }

  private async comments(workspace: WorkspaceId, task_id: string, position: string | undefined) {
    let cursor: string | undefined
    const comments = []
    for (;;) {
      const query = { workspace, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
      const params = { path: { task_id }, query }
      const { data, at } = await taken(
        this.client.GET('/api/v1/tasks/{task_id}/comments', { params, ...asOf(position) }),
      )
      comments.push(...data.items)
      if (!data.next_cursor) return { comments, at }
      cursor = data.next_cursor
    }
  }

  private async personal(key: Key, position: string | undefined) {
    const row = { key, workspace: '' }
    if (key === WORKSPACES) {
      const { data, at } = await taken(this.client.GET('/api/v1/workspaces', asOf(position)))
      const rows: Row[] = [{ ...row, kind: 'workspaces', at: at.number, value: data.items }]
      return { rows, at }
    }
    if (key !== ME) throw new Error(`nobody reads ${key}`)
    const { data, at } = await taken(this.client.GET('/api/v1/me', asOf(position)))
    const rows: Row[] = [{ ...row, kind: 'me', at: at.number, value: data }]
    return { rows, at }
  }
}

const asOf = (position: string | undefined) =>
  position === undefined ? {} : { headers: { 'Taskfold-Position': position } }

const isTask = (key: Key): boolean => key.startsWith('task/')

import type { components } from '@/api/schema'
import type { Single } from './commands'
import type { Client } from './http'
import { without } from './fields'
import { failureOf, taken } from './http'
import type { Entry } from './outbox'
import type { Sent } from './state'

type WriteReply = components['schemas']['WriteReply']
type CreateTask = components['schemas']['CreateTask']

/** Sends an entry: exactly what is in it, under its key. */
export async function sendEntry(
  client: Client,
  entry: Entry,
  understood: (entry: Entry, task: CreateTask) => Entry,
): Promise<Sent> {
  const { command, workspace } = entry
  const params = { query: { workspace } }
  const version = entry.sent?.ifMatch
  const headers: Record<string, string> = { 'Idempotency-Key': entry.key }
  if (version !== undefined) headers['If-Match'] = `"${version}"`
  try {
    if (command.command === 'quick_add') {
      const body = { text: command.text }
      const { data } = await taken(client.POST('/api/v1/quick-add/preview', { params, body }))
      return { is: 'understood', entry: understood(entry, data.task) }
    }
    if (command.command === 'bulk') {
      const body = { commands: command.commands }
      return reply(await taken(client.POST('/api/v1/bulk', { params, headers, body })))
    }
    if (command.command === 'undo' || command.command === 'redo') {
      const body = command.change_id === undefined ? {} : { change_id: command.change_id }
      const undo = command.command === 'undo'
      const asked = client.POST(undo ? '/api/v1/undo' : '/api/v1/redo', { params, headers, body })
      return reply(await taken(asked))
    }
    return reply(await taken(write(client, command, params.query, headers)))
  } catch (error) {
    return failureOf(error)
  }
}

/** What of a command goes into the body: its name and what it is about are in the path. */
function fields<C extends Single>(command: C): C {
  const makes = command.command.startsWith('create') || command.command === 'save_filter'
  const path = command.command.endsWith('_list') ? ['list_id'] : ['task_id', 'comment_id']
  return without(command, new Set(['command', ...(makes ? [] : path)]))
}

type Asked = Promise<{ data?: WriteReply; error?: unknown; response: Response }>

function write(
  client: Client,
  whole: Single,
  query: { workspace: string },
  headers: Record<string, string>,
): Asked {
  const base = '/api/v1' as const
  switch (whole.command) {
    case 'create_task': {
      const body = fields(whole)
      return client.POST(`${base}/tasks`, { params: { query }, headers, body })
    }
    case 'update_task': {
      const body = fields(whole)
      const { task_id } = whole
      const params = { query, path: { task_id } }
      return client.PATCH(`${base}/tasks/{task_id}`, { params, headers, body })
    }
    case 'move_task': {
      const body = fields(whole)
      const { task_id } = whole
      const params = { query, path: { task_id } }
      return client.POST(`${base}/tasks/{task_id}/move`, { params, headers, body })
    }
    case 'complete_task': {
      const params = { query, path: { task_id: whole.task_id } }
      return client.POST(`${base}/tasks/{task_id}/complete`, { params, headers })
    }
    case 'reopen_task': {
      const params = { query, path: { task_id: whole.task_id } }
      return client.POST(`${base}/tasks/{task_id}/reopen`, { params, headers })
    }
    case 'delete_task': {
      const params = { query, path: { task_id: whole.task_id } }
      return client.DELETE(`${base}/tasks/{task_id}`, { params, headers })
    }
    case 'restore_task': {
      const params = { query, path: { task_id: whole.task_id } }
      return client.POST(`${base}/tasks/{task_id}/restore`, { params, headers })
    }
    case 'add_comment': {
      const body = fields(whole)
      const { task_id } = whole
      const params = { query, path: { task_id } }
      return client.POST(`${base}/tasks/{task_id}/comments`, { params, headers, body })
    }
    case 'edit_comment': {
      const body = fields(whole)
      const { task_id, comment_id } = whole
      const params = { query, path: { task_id, comment_id } }
      return client.PATCH(`${base}/tasks/{task_id}/comments/{comment_id}`, {
        params,
        headers,
        body,
      })
    }
    case 'delete_comment': {
      const { task_id, comment_id } = whole
      const params = { query, path: { task_id, comment_id } }
      return client.DELETE(`${base}/tasks/{task_id}/comments/{comment_id}`, { params, headers })
    }
    case 'create_list': {
      const body = fields(whole)
      return client.POST(`${base}/lists`, { params: { query }, headers, body })
    }
    case 'update_list': {
      const body = fields(whole)
      const { list_id } = whole
      const params = { query, path: { list_id } }
      return client.PATCH(`${base}/lists/{list_id}`, { params, headers, body })
    }
    case 'move_list': {
      const body = fields(whole)
      const { list_id } = whole
      const params = { query, path: { list_id } }
      return client.POST(`${base}/lists/{list_id}/move`, { params, headers, body })
    }
    case 'archive_list': {
      const params = { query, path: { list_id: whole.list_id } }
      return client.POST(`${base}/lists/{list_id}/archive`, { params, headers })
    }
    case 'unarchive_list': {
      const params = { query, path: { list_id: whole.list_id } }
      return client.POST(`${base}/lists/{list_id}/unarchive`, { params, headers })
    }
    case 'delete_list': {
      const params = { query, path: { list_id: whole.list_id } }
      return client.DELETE(`${base}/lists/{list_id}`, { params, headers })
    }
    case 'restore_list': {
      const params = { query, path: { list_id: whole.list_id } }
      return client.POST(`${base}/lists/{list_id}/restore`, { params, headers })
    }
    case 'save_filter': {
      const body = fields(whole)
      return client.POST(`${base}/filters`, { params: { query }, headers, body })
    }
    case 'remove_filter': {
      const params = { query, path: { filter_id: whole.filter_id } }
      return client.DELETE(`${base}/filters/{filter_id}`, { params, headers })
    }
  }
}

function reply({ data, at }: Awaited<ReturnType<typeof taken<WriteReply>>>): Sent {
  const refused = (data.results ?? []).flatMap((result, index) =>
    'code' in result ? [{ index, problem: result }] : [],
  )
  return {
    is: 'stored',
    at: at.number,
    partition: at.partition,
    change: data.change_id ?? null,
    refused,
    ...(data.comment_id ? { comment: data.comment_id } : {}),
  }
}

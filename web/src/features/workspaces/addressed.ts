import type { Key } from '@/sync'

/** The rows that an address names: the task of the panel, or the list or the saved filter of the page. */
export function addressed(pathname: string, search: URLSearchParams): Key[] {
  const id = search.get('id')
  const task = search.get('task')
  const keys: Key[] = []
  if (id !== null && pathname === '/list') keys.push(`list/${id}`)
  if (id !== null && pathname === '/filter') keys.push(`filter/${id}`)
  if (task !== null) keys.push(`task/${task}`)
  return keys
}

/** Where somebody goes who changes the workspace: a page of theirs that the other workspace has as well. */
export function pathIn(pathname: string, search: URLSearchParams): string {
  if (['/list', '/filter', '/tag'].includes(pathname)) return '/today'
  const rest = new URLSearchParams(search)
  rest.delete('task')
  return rest.size === 0 ? pathname : `${pathname}?${rest.toString()}`
}

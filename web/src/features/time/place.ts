import { dayAt } from '@/lib/days'

/** What of the workspace is shown as it was. */
export type Place =
  | { readonly is: 'all' | 'inbox' | 'today' | 'upcoming' }
  | { readonly is: 'list' | 'tag'; readonly id: string }

/** The place that a page shows; null where it has no past of its own. */
export function placeOf(pathname: string, search: URLSearchParams): Place | null {
  switch (pathname) {
    case '/inbox':
      return { is: 'inbox' }
    case '/today':
      return { is: 'today' }
    case '/upcoming':
      return { is: 'upcoming' }
    case '/list':
      return { is: 'list', id: search.get('id') ?? '' }
    case '/tag':
      return { is: 'tag', id: search.get('name') ?? '' }
    default:
      return null
  }
}

/** Which tasks belong to a place at an instant, in the language of filters; empty for all. */
export function filterOf(place: Place, instant: number, zone: string): string {
  switch (place.is) {
    case 'all':
      return ''
    case 'inbox':
      return 'list = inbox'
    case 'list':
      return `list = ${place.id}`
    case 'tag':
      // The language has no way to write a quote within quotes, and no tag has one.
      return `tag = "${place.id}"`
    case 'today':
      return `due <= ${dayAt(instant, zone)}`
    case 'upcoming':
      return `due >= ${dayAt(instant, zone)}`
  }
}

import { useMemo } from 'react'
import { usePresent, type Present } from '@/sync'
import { useMe } from '../auth/session'
import { useMemberNames } from '../workspaces/replica'

export type Other = { user: string; name: string; field?: string | undefined }

/** The others of those who are here, by name; who is not known by name yet is not told of. */
export function othersOf(
  present: readonly Present[],
  me: string,
  names: ReadonlyMap<string, string>,
  task?: string,
): Other[] {
  return present
    .filter(({ user, places }) => user !== me && (task === undefined || isOn(places, task)))
    .flatMap(({ user, places }) => {
      const name = names.get(user)
      const place = places.find((each) => each.task === task && each.field !== undefined)
      return name === undefined
        ? []
        : [{ user, name, field: task === undefined ? undefined : place?.field }]
    })
    .sort((one, other) => one.name.localeCompare(other.name))
}

const isOn = (places: Present['places'], task: string) => places.some((each) => each.task === task)

/** Who else is in a workspace; of a task, who looks at it, and what they are about to change. */
export function useOthers(workspace: string, task?: string): readonly Other[] {
  const { user_id: me } = useMe()
  const present = usePresent(workspace)
  const names = useMemberNames()
  return useMemo(() => othersOf(present, me, names, task), [present, me, names, task])
}

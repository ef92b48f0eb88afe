import { useMemo } from 'react'
import { useMembers } from '@/sync'
import { useLists, useTags } from '../workspaces/replica'
import { useWorkspace } from '../workspaces/current'
import { complete, type Completion, type Known } from './language/complete'

/** What could stand at the cursor of a filter, with the tags, lists and people of the workspace. */
export function useSuggestions(text: string, cursor: number): Completion {
  const tags = useTags()
  const lists = useLists()
  const members = useMembers(useWorkspace())
  const known = useMemo(
    (): Known => ({
      tags: tags.map(({ tag }) => tag),
      lists: lists?.map(({ name }) => name) ?? [],
      people: members.map((each) => ({
        id: each.user_id,
        name: each.display_name ?? each.email ?? each.user_id,
      })),
    }),
    [tags, lists, members],
  )
  return useMemo(() => complete(text, cursor, known), [text, cursor, known])
}

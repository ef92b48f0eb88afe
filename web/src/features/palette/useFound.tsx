import {
  CircleCheck,
  CornerDownRight,
  Hash,
  ListFilter,
  SquareSlash,
  UserRound,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { fitting } from '@/lib/match'
import { useFilters, useMembers } from '@/sync'
import type { Option } from '@/ui/Picker'
import { Keys } from '../commands/Keys'
import { groups, isAvailable, keysOf, type Command } from '../commands/registry'
import { useRegistered } from '../commands/useCommands'
import { ListMark } from '../shell/ListMark'
import { useWorkspace } from '../workspaces/current'
import { useLists, useTags, useTasks } from '../workspaces/replica'
import { listNames } from '../tasks/rows'
import { useOpenTask } from '../tasks/useTaskHref'

/** As many of a kind as somebody reads. */
const MOST = 12

const allOf = (tasks: readonly Task[]) => tasks

/** What fits the words, kind by kind; without words what can be done, and the places. */
export function useFound(query: string): Option[] {
  const sections = [useFoundCommands(query), useFoundPlaces(query), useFoundTasks(query)]
  return sections.flat()
}

function useFoundCommands(query: string): Option[] {
  const t = useTranslations('commands')
  const offered = useRegistered().filter(
    (command) => command.keysOnly !== true && isAvailable(command),
  )
  const ordered = groups.flatMap((group) => offered.filter((command) => command.group === group))
  const option = (command: Command): Option => {
    const [keys] = keysOf(command)
    return {
      id: command.id,
      label: command.label,
      section: t(`groups.${command.group}`),
      icon: command.group === 'go' ? <CornerDownRight size={15} /> : <SquareSlash size={15} />,
      ...(keys !== undefined && { end: <Keys keys={keys} /> }),
      run: command.run,
    }
  }
  if (query.trim() === '') return ordered.map(option)
  // By how well they fit, whatever their groups.
  return fitting(query, ordered, ({ label }) => label)
    .slice(0, MOST)
    .map((command) => ({ ...option(command), section: t('title') }))
}

function useFoundPlaces(query: string): Option[] {
  const t = useTranslations('palette')
  const router = useRouter()
  const workspace = useWorkspace()
  const lists = fitting(query, useLists() ?? [], ({ name }) => name)
  const tags = fitting(query, useTags(), ({ tag }) => tag)
  const filters = fitting(query, useFilters(workspace), ({ name }) => name)
  const nameOf = (member: { display_name?: string | null; email?: string | null }) =>
    member.display_name ?? member.email ?? ''
  const people = fitting(query, useMembers(workspace), nameOf)
  const go = (href: string) => () => router.push(href)
  return [
    ...lists.slice(0, MOST).map(({ list_id: id, name, color }) => ({
      id: `list.${id}`,
      section: t('lists'),
      label: name,
      icon: <ListMark color={color ?? null} />,
      run: go(`/list?id=${id}`),
    })),
    ...tags.slice(0, MOST).map(({ tag }) => ({
      id: `tag.${tag}`,
      section: t('tags'),
      label: tag,
      icon: <Hash size={15} />,
      run: go(`/tag?name=${encodeURIComponent(tag)}`),
    })),
    ...filters.slice(0, MOST).map(({ filter_id: id, name, query: filter }) => ({
      id: `filter.${id}`,
      section: t('filters'),
      label: name,
      detail: filter,
      icon: <ListFilter size={15} />,
      run: go(`/filter?id=${id}`),
    })),
    ...(people.length > 1 || query.trim() !== '' ? people : []).slice(0, MOST).map((member) => ({
      id: `person.${member.user_id}`,
      section: t('people'),
      label: nameOf(member),
      detail: t('tasks_of'),
      icon: <UserRound size={15} />,
      run: go(`/filter?q=${encodeURIComponent(`assignee = ${member.user_id}`)}`),
    })),
  ]
}

function useFoundTasks(query: string): Option[] {
  const t = useTranslations('palette')
  const open = useOpenTask()
  const names = listNames(useLists())
  const tasks = useTasks(allOf) ?? []
  if (query.trim() === '') return []
  return fitting(query, tasks, ({ title }) => title)
    .slice(0, MOST)
    .map((task) => ({
      id: `task.${task.task_id}`,
      section: t('tasks'),
      label: task.title,
      detail: names.get(task.list_id ?? ''),
      icon: <CircleCheck size={15} />,
      run: () => open(task.task_id),
    }))
}

import { Hash, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fitting } from '@/lib/match'
import type { Option } from '@/ui/Picker'
import { useTags } from '../workspaces/replica'
import { TaskPicker, type AskProps } from './TaskPicker'
import { useTaskChanges } from './useTaskChanges'

/** Several tags can be put on and taken off; when the window closes, that is one change. */
export function TagsPicker({ open, tasks, onClose }: AskProps) {
  const t = useTranslations('selection')
  const changes = useTaskChanges()
  const [query, setQuery] = useState('')
  const [wanted, setWanted] = useState<ReadonlyMap<string, boolean>>(new Map())
  const known = useTags().map(({ tag }) => tag)
  const made = [...wanted.keys()].filter((tag) => !known.includes(tag))

  const stateOf = (tag: string): boolean | 'some' => {
    const said = wanted.get(tag)
    if (said !== undefined) return said
    const having = tasks.filter((task) => task.tags.includes(tag)).length
    return having === 0 ? false : having === tasks.length ? true : 'some'
  }
  const toggle = (tag: string) => {
    setWanted(new Map(wanted).set(tag, stateOf(tag) !== true))
    setQuery('')
  }
  const options = fitting(
    query,
    [...made, ...known].map((tag) => ({ tag })),
    ({ tag }) => tag,
  ).map<Option>(({ tag }) => ({
    id: tag,
    label: tag,
    icon: <Hash size={15} />,
    chosen: stateOf(tag),
    run: () => toggle(tag),
  }))
  const typed = query.trim().replace(/^#/, '')
  if (typed !== '' && !options.some(({ label }) => label === typed)) {
    options.push({
      id: 'make a tag',
      label: t('make_tag', { tag: typed }),
      icon: <Plus size={15} />,
      run: () => toggle(typed),
    })
  }
  const close = () => {
    const tags = (on: boolean) => [...wanted].flatMap(([tag, is]) => (is === on ? [tag] : []))
    changes.setTags(tasks, tags(true), tags(false))
    setWanted(new Map())
    onClose()
  }
  return (
    <TaskPicker
      multiple
      open={open}
      tasks={tasks}
      onClose={close}
      title={t('keys.tags')}
      placeholder={t('which_tags')}
      query={query}
      onQuery={setQuery}
      options={options}
      empty={t('no_tags')}
    />
  )
}

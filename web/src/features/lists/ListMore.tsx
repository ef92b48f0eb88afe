'use client'

import { Ellipsis } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { IconButton } from '@/ui/IconButton'
import { Opening } from '@/ui/Opening'
import { useCommands } from '../commands'
import { useLists } from '../workspaces/replica'
import { useListActions } from './useListActions'

const EditList = lazy(async () => ({ default: (await import('./EditList')).EditList }))
const ListMenu = lazy(async () => ({ default: (await import('./ListMenu')).ListMenu }))

/** What can be done with the list that is shown, by a menu, in the palette and by keys. */
export function ListMore({ list }: { list: List }) {
  const t = useTranslations('lists')
  const router = useRouter()
  const actions = useListActions()
  const lists = useLists() ?? []
  const [editing, setEditing] = useState(false)
  const [asked, setAsked] = useState(false)
  const wanted = useOnceTrue(editing)
  const at = lists.findIndex(({ list_id: id }) => id === list.list_id)
  const neighbour = (step: number) => (at < 0 ? undefined : lists[at + step])
  const archived = Boolean(list.archived_at)
  const away = (leave: (one: List) => void) => () => {
    leave(list)
    router.push('/inbox')
  }
  const moving = (step: number) => ({
    group: 'list' as const,
    available: () => neighbour(step) !== undefined,
    run: () => {
      const other = neighbour(step)
      if (other !== undefined) actions.moveTo(list, other)
    },
  })
  useCommands([
    { id: 'list.edit', group: 'list', label: t('edit'), keys: 'r', run: () => setEditing(true) },
    { id: 'list.earlier', label: t('earlier'), ...moving(-1) },
    { id: 'list.later', label: t('later'), ...moving(1) },
    {
      id: 'list.archive',
      group: 'list',
      label: archived ? t('unarchive') : t('archive'),
      run: () => (archived ? actions.unarchive(list) : actions.archive(list)),
    },
    { id: 'list.delete', group: 'list', label: t('delete'), run: away(actions.remove) },
  ])
  const button = (
    <IconButton
      label={t('more', { name: list.name })}
      icon={<Ellipsis size={16} aria-hidden />}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setAsked(true)}
    />
  )
  return (
    <>
      {asked ? (
        <Suspense fallback={button}>
          <ListMenu label={t('more', { name: list.name })} />
        </Suspense>
      ) : (
        button
      )}
      {wanted && (
        <Suspense fallback={<Opening />}>
          <EditList
            key={`${list.name} ${list.color ?? ''}`}
            list={list}
            open={editing}
            onOpenChange={setEditing}
          />
        </Suspense>
      )}
    </>
  )
}

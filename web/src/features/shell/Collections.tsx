'use client'

import { Hash, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { IconButton } from '@/ui/IconButton'
import { ArchivedLists } from '../lists/ArchivedLists'
import { useListOrderKeys } from '../lists/useListOrderKeys'
import { SavedFilters } from '../filters/SavedFilters'
import { useLists, useTags } from '../workspaces/replica'
import { Group } from './Group'
import { ListMark } from './ListMark'
import { NavEntry } from './NavEntry'
import { useCounts } from './useCounts'

const NewList = lazy(async () => ({ default: (await import('./NewList')).NewList }))

/** Lists and tags, with how many open tasks each has. */
export function Collections({ onFollow }: { onFollow?: () => void }) {
  const t = useTranslations('shell')
  const counts = useCounts()
  const lists = useLists()
  const tags = useTags()
  useListOrderKeys(lists ?? [])
  const [naming, setNaming] = useState(false)
  const asked = useOnceTrue(naming)
  return (
    <>
      <Group
        title={t('lists')}
        action={
          <IconButton
            label={t('new_list')}
            icon={<Plus size={14} aria-hidden />}
            onClick={() => setNaming(true)}
          />
        }
      >
        {lists?.map(({ list_id: id, name, color }) => (
          <NavEntry
            key={id}
            href={`/list?id=${id}`}
            drop={`list:${id}`}
            icon={<ListMark color={color ?? null} />}
            count={counts?.lists.get(id)}
            onFollow={onFollow}
          >
            {name}
          </NavEntry>
        ))}
        {lists?.length === 0 && <li className="px-2 py-1 text-xs text-faint">{t('no_lists')}</li>}
      </Group>
      <ArchivedLists onFollow={onFollow} />
      <SavedFilters onFollow={onFollow} />
      {tags.length > 0 && (
        <Group title={t('tags')}>
          {tags.map(({ tag }) => (
            <NavEntry
              key={tag}
              href={`/tag?name=${encodeURIComponent(tag)}`}
              drop={`tag:${tag}`}
              icon={<Hash size={15} aria-hidden />}
              count={counts?.tags.get(tag)}
              onFollow={onFollow}
            >
              {tag}
            </NavEntry>
          ))}
        </Group>
      )}
      {asked && (
        <Suspense>
          <NewList open={naming} onOpenChange={setNaming} />
        </Suspense>
      )}
    </>
  )
}

'use client'

import { ListFilter, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFilters } from '@/sync'
import { Tooltip } from '@/ui/Tooltip'
import { Group } from '../shell/Group'
import { NavEntry } from '../shell/NavEntry'
import { useWorkspace } from '../workspaces/current'

/** The saved filters in the sidebar. */
export function SavedFilters({ onFollow }: { onFollow?: (() => void) | undefined }) {
  const t = useTranslations('filters')
  const filters = useFilters(useWorkspace())
  return (
    <Group
      title={t('filters')}
      action={
        <Tooltip label={t('new')}>
          <Link
            href="/filter"
            aria-label={t('new')}
            onClick={onFollow}
            className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink touch:size-11"
          >
            <Plus size={14} aria-hidden />
          </Link>
        </Tooltip>
      }
    >
      {filters.map(({ filter_id: id, name }) => (
        <NavEntry
          key={id}
          href={`/filter?id=${id}`}
          icon={<ListFilter size={15} aria-hidden />}
          onFollow={onFollow}
        >
          {name}
        </NavEntry>
      ))}
    </Group>
  )
}

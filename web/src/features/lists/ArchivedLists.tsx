import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useLists } from '@/sync'
import { ListMark } from '../shell/ListMark'
import { NavEntry } from '../shell/NavEntry'
import { useWorkspace } from '../workspaces/current'

/** Lists that were put away, folded in. */
export function ArchivedLists({ onFollow }: { onFollow?: (() => void) | undefined }) {
  const t = useTranslations('lists')
  const lists = useLists(useWorkspace(), true)
  if (lists.length === 0) return null
  return (
    <details className="group/archived mt-1">
      <summary className="flex h-8 list-none items-center gap-2.5 rounded-md px-2 text-2xs text-faint hover:bg-hover hover:text-ink touch:h-11 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={14}
          aria-hidden
          className="group-open/archived:rotate-90 rtl:rotate-180 rtl:group-open/archived:rotate-90"
        />
        {t('archived', { count: lists.length })}
      </summary>
      <ul>
        {lists.map(({ list_id: id, name, color }) => (
          <NavEntry
            key={id}
            href={`/list?id=${id}`}
            icon={<ListMark color={color ?? null} />}
            onFollow={onFollow}
          >
            {name}
          </NavEntry>
        ))}
      </ul>
    </details>
  )
}

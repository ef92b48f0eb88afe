import { History, RotateCcw, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { useDayNames } from '@/lib/useDayNames'
import { Button } from '@/ui/Button'
import { Segmented } from '@/ui/Segmented'
import { useMe } from '../auth/session'
import { useLists } from '../workspaces/replica'
import { useGoTo } from './moment'
import type { Place } from './place'
import type { Step } from './scale'

type BannerProps = {
  place: Place
  whole: boolean
  lists: readonly List[]
  step: Step
  isNow: boolean
  /** Tasks that are different today. */
  different: number
  /** Absent where the place cannot be brought back as a whole. */
  onRestore: (() => void) | undefined
}

/** Says that this is the past, of when it is, and what can be had back of it. */
export function Banner({ place, whole, lists, step, isNow, different, onRestore }: BannerProps) {
  const t = useTranslations('time')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const goTo = useGoTo()
  const title = usePlaceName(place, lists)
  const when = `${names.long(step.day)}, ${names.time(Date.parse(step.change.at), zone)}`
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-raised">
      <title>{`${title} · Taskfold`}</title>
      <div aria-hidden className="h-[3px] bg-warning" />
      <div className="mx-auto flex w-full max-w-[1080px] items-center gap-x-3 gap-y-2 px-3 py-3 max-lg:flex-wrap sm:px-6">
        <History size={20} aria-hidden className="ms-2 shrink-0 text-warning max-sm:hidden" />
        <div className="min-w-0 flex-1 max-sm:ps-2">
          <h1 className="truncate text-base font-semibold tracking-tight">{title}</h1>
          <p className="text-xs text-muted lg:truncate">
            <span className="font-medium text-warning">{isNow ? t('now') : t('as_of')}</span> {when}
            {different > 0 && (
              <span className="text-faint"> · {t('different', { different })}</span>
            )}
          </p>
        </div>
        <div className="flex items-center gap-2 max-lg:order-last max-lg:w-full">
          <Segmented
            label={t('scope')}
            value={whole ? 'whole' : 'page'}
            choices={[
              { value: 'page', label: t('this_page') },
              { value: 'whole', label: t('everything') },
            ]}
            onChange={(value) => goTo({ whole: value === 'whole' })}
          />
          {onRestore !== undefined && (
            <Button onClick={onRestore}>
              <RotateCcw size={14} aria-hidden />
              {place.is === 'list' ? t('restore_list') : t('restore_all')}
            </Button>
          )}
        </div>
        <Button look="primary" onClick={() => goTo({ at: null })}>
          <X size={14} aria-hidden />
          {t('back')}
        </Button>
      </div>
    </header>
  )
}

/** What the place was called then, or else is called today. */
function usePlaceName(place: Place, then: readonly List[]): string {
  const t = useTranslations('time')
  const today = useLists() ?? []
  switch (place.is) {
    case 'all':
    case 'inbox':
    case 'today':
    case 'upcoming':
      return t(`places.${place.is}`)
    case 'tag':
      return `#${place.id}`
    case 'list': {
      const list = [...then, ...today].find((each) => each.list_id === place.id)
      return list?.name ?? t('no_list')
    }
  }
}

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { Due } from '@/api/types'
import { dueDay } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useConnection } from '@/sync'
import { useMe } from '../../auth/session'
import { useToday } from '../useToday'

type NextDatesProps = { rule: string; start: Due; fromCompletion: boolean; except: string[] }

const MOST = 4

/** When a rule makes something due next, as the server counts. */
export function NextDates({ rule, start, fromCompletion, except }: NextDatesProps) {
  const t = useTranslations('recurrence')
  const names = useDayNames()
  const today = useToday()
  const { time_zone: zone } = useMe()
  const { link } = useConnection()
  const body = { rule, start, from_completion: fromCompletion, except, count: MOST }
  const { data: next, error } = useQuery({
    queryKey: ['recurrence', body],
    queryFn: ({ signal }) => data(api.POST('/api/v1/recurrence/preview', { body, signal })),
    enabled: link !== 'offline',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  })
  if (link === 'offline') return <p className="text-2xs text-faint">{t('next_offline')}</p>
  if (error !== null) return <p className="text-2xs text-danger">{t('no_rule')}</p>
  const said = (due: Due) => names.brief(dueDay(due, zone), today)
  return (
    <div className="min-h-10">
      <p className="text-2xs text-faint">{t('next')}</p>
      <p className="text-xs" aria-live="polite">
        {next?.dates.map(said).join(' · ')}
        {next?.dates.length === 0 && t('next_none')}
        {next !== undefined && !next.ends && next.dates.length > 0 && ' …'}
      </p>
    </div>
  )
}

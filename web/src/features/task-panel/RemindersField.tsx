import { Bell, X } from 'lucide-react'
import { useId, useRef, type SubmitEvent } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import type { components } from '@/api/schema'
import type { Task } from '@/api/types'
import { dayAt, instantIn } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Popover } from '@/ui/Popover'
import { useMe } from '../auth/session'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'
import { useToday } from './useToday'

type Reminder = components['schemas']['ReminderInput']

/** Minutes before a task is due. */
const presets = [0, 10, 60, 1440]

/** When somebody is told of a task: some time before it is due, or at a moment. */
export function RemindersField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const words = useReminderWords()
  const { update } = usePanelActions(task)
  const set = (reminders: Reminder[]) => update({ reminders }, 'reminders')
  const first = task.reminders[0]
  return (
    <Popover
      label={t('fields.reminders')}
      trigger={
        <Chip
          data-field="reminders"
          icon={<Bell size={14} />}
          label={t('fields.reminders')}
          value={
            first === undefined
              ? undefined
              : task.reminders.length === 1
                ? words(first)
                : t('reminders.count', { count: task.reminders.length })
          }
        />
      }
    >
      <div className="flex w-72 max-w-full flex-col gap-3">
        {task.reminders.length > 0 && (
          <ul aria-label={t('fields.reminders')}>
            {task.reminders.map((reminder, at) => (
              <li
                key={`${reminder.reminder_id} ${at}`}
                className="flex min-h-8 items-center gap-2 touch:min-h-11"
              >
                <Bell size={14} aria-hidden className="text-faint" />
                <span className="grow">{words(reminder)}</span>
                <IconButton
                  label={t('reminders.remove', { reminder: words(reminder) })}
                  icon={<X size={14} aria-hidden />}
                  onClick={() => set(task.reminders.filter((each) => each !== reminder))}
                />
              </li>
            ))}
          </ul>
        )}
        {task.due ? (
          <div role="group" aria-label={t('reminders.before_due')} className="flex flex-wrap gap-1">
            {presets
              .filter((minutes) =>
                task.reminders.every((each) => each.minutes_before_due !== minutes),
              )
              .map((minutes) => (
                <button
                  key={minutes}
                  type="button"
                  onClick={() => set([...task.reminders, { minutes_before_due: minutes }])}
                  className="h-7 rounded-md border border-line px-2 text-2xs text-muted hover:border-line-strong touch:h-11 touch:px-3"
                >
                  {words({ minutes_before_due: minutes })}
                </button>
              ))}
          </div>
        ) : (
          <p className="text-2xs text-faint">{t('reminders.no_due')}</p>
        )}
        <AtMoment onAdd={(at) => set([...task.reminders, { at }])} />
      </div>
    </Popover>
  )
}

function AtMoment({ onAdd }: { onAdd: (at: string) => void }) {
  const t = useTranslations('panel')
  const { time_zone: zone } = useMe()
  const today = useToday()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const [day, time] = (field.current?.value ?? '').split('T')
    if (day === undefined || time === undefined) return
    onAdd(new Date(instantIn(zone, day, `${time.slice(0, 5)}:00`)).toISOString())
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-wrap items-end gap-2 border-t border-line pt-3">
      <label htmlFor={id} className="w-full text-2xs text-faint">
        {t('reminders.at')}
      </label>
      <input
        ref={field}
        id={id}
        type="datetime-local"
        required
        defaultValue={`${today}T18:00`}
        className="h-8 min-w-0 grow rounded-md border border-line-strong bg-canvas px-2 text-base text-ink sm:text-xs touch:h-11"
      />
      <Button type="submit">{t('reminders.add')}</Button>
    </form>
  )
}

/** When a reminder comes, in words. */
function useReminderWords(): (reminder: Reminder) => string {
  const t = useTranslations('panel')
  const locale = useLocale()
  const names = useDayNames()
  const today = useToday()
  const { time_zone: zone } = useMe()
  const span = (minutes: number): string => {
    const [count, unit] =
      minutes % 1440 === 0
        ? [minutes / 1440, 'day']
        : minutes % 60 === 0
          ? [minutes / 60, 'hour']
          : [minutes, 'minute']
    return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
  }
  return ({ at, minutes_before_due: minutes }) => {
    if (at) {
      const instant = Date.parse(at)
      return `${names.brief(dayAt(instant, zone), today)} ${names.time(instant, zone)}`
    }
    return minutes ? t('reminders.before', { span: span(minutes) }) : t('reminders.when_due')
  }
}

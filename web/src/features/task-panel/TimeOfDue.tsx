import { useTranslations } from 'use-intl'
import type { Due } from '@/api/types'
import { Button } from '@/ui/Button'
import { Combobox } from '@/ui/Combobox'
import { useMe } from '../auth/session'

type TimeOfDueProps = { due: Due; onChange: (due: Due) => void }

/** The zone of whoever looks: the same time for everybody, wherever they are. */
const FLOATING = 'floating'

/** The time of day, and the zone whose clock it is on. */
export function TimeOfDue({ due, onChange }: TimeOfDueProps) {
  const t = useTranslations('panel')
  const { time_zone: mine } = useMe()
  const time = due.time?.slice(0, 5) ?? ''
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <label className="flex grow items-center gap-2 text-xs text-muted">
          {t('time')}
          <input
            key={time}
            type="time"
            defaultValue={time}
            // While it is typed it is incomplete now and then; it counts when it is left.
            onBlur={({ target }) => {
              if (target.value === time) return
              onChange(
                target.value === ''
                  ? { date: due.date }
                  : { ...due, zone: due.zone ?? mine, time: `${target.value}:00` },
              )
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur()
            }}
            className="h-8 grow rounded-md border border-line-strong bg-canvas px-2 text-base text-ink sm:text-xs touch:h-11"
          />
        </label>
        {time !== '' && (
          <Button look="quiet" className="px-2" onClick={() => onChange({ date: due.date })}>
            {t('no_time')}
          </Button>
        )}
      </div>
      {time !== '' && <Zone due={due} mine={mine} onChange={onChange} />}
    </div>
  )
}

function Zone({ due, mine, onChange }: TimeOfDueProps & { mine: string }) {
  const t = useTranslations('panel')
  const zone = due.zone ?? FLOATING
  const known = new Set([
    mine,
    ...(due.zone ? [due.zone] : []),
    ...Intl.supportedValuesOf('timeZone'),
  ])
  return (
    <Combobox
      label={t('zone')}
      placeholder={t('find_zone')}
      empty={t('nothing_found')}
      value={zone}
      options={[
        { value: FLOATING, label: t('floating') },
        ...[...known].map((name) => ({ value: name, label: name.replaceAll('_', ' ') })),
      ]}
      onChange={(next) => onChange({ ...due, zone: next === FLOATING ? null : next })}
      trigger={
        <button
          type="button"
          className="h-8 w-full truncate rounded-md border border-line px-2 text-start text-xs text-muted hover:bg-hover touch:h-11"
        >
          {zone === FLOATING ? t('floating') : zone.replaceAll('_', ' ')}
        </button>
      }
    />
  )
}

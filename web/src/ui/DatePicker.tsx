'use client'

import { Popover as Base } from '@base-ui/react/popover'
import { useId, useRef, useState } from 'react'
import type { ReactElement, ReactNode, RefObject, SubmitEvent } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { addDays, type Day } from '@/lib/days'
import type { WeekStart } from '@/lib/months'
import { nextWeekday, readDay } from '@/lib/readDay'
import { Button } from './Button'
import { Calendar } from './Calendar'
import { classes } from './classes'

type DatePickerProps = {
  /** The button that opens it. */
  trigger: ReactElement
  /** What the date is of, such as “Due”. */
  label: string
  value: Day | null
  today: Day
  weekStart: WeekStart
  /** Told the day, or null where there is to be none. */
  onChange: (day: Day | null) => void
  /** Understands what is typed where it says more than a day, such as a time; false when it does not. */
  onText?: (text: string) => boolean | Promise<boolean>
  /** More about the date, below the month. */
  children?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A day: in words, by a button, or from a month. */
export function DatePicker(props: DatePickerProps) {
  const { trigger, label, open, onOpenChange } = props
  const [inside, setInside] = useState(false)
  const line = useRef<HTMLInputElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const shown = open ?? inside
  const show = onOpenChange ?? setInside
  return (
    <Base.Root open={shown} onOpenChange={(next) => show(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={4} className="z-50">
          <Base.Popup
            ref={popup}
            data-window
            aria-label={label}
            // A keyboard that slides in would hide the month.
            initialFocus={(by) => (by === 'touch' ? popup.current : line.current)}
            className="appears max-h-(--available-height) w-72 max-w-(--available-width) overflow-y-auto rounded-lg border border-line bg-raised p-3 shadow-raised outline-none touch:w-84"
          >
            <Inside {...props} line={line} close={() => show(false)} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Where two would be the same day, the nearer name says it. */
const isFirst = ({ day }: { day: Day }, at: number, all: readonly { day: Day }[]) =>
  all.findIndex((each) => each.day === day) === at

type InsideProps = DatePickerProps & {
  line: RefObject<HTMLInputElement | null>
  close: () => void
}

function Inside(props: InsideProps) {
  const { label, value, today, weekStart, onChange, onText, children, line, close } = props
  const t = useTranslations('date_picker')
  const take = (day: Day | null) => {
    onChange(day)
    if (children === undefined || day === null) close()
  }
  const choices = [
    { name: t('today'), day: today },
    { name: t('tomorrow'), day: addDays(today, 1) },
    { name: t('next_week'), day: nextWeekday(today, 1) },
  ]
  return (
    <>
      <Line line={line} today={today} take={take} onText={onText} close={close} />
      <div className="my-2 flex flex-wrap gap-1">
        {choices.filter(isFirst).map(({ name, day }) => (
          <button
            key={name}
            type="button"
            aria-pressed={day === value}
            onClick={() => take(day)}
            className={classes(
              'h-7 rounded-md border px-2 text-2xs hover:border-line-strong touch:h-11 touch:px-3',
              day === value ? 'border-accent-ink text-accent-ink' : 'border-line text-muted',
            )}
          >
            {name}
          </button>
        ))}
        {value !== null && (
          <Button look="quiet" className="ms-auto h-7 px-2 text-2xs" onClick={() => take(null)}>
            {t('none')}
          </Button>
        )}
      </div>
      <Calendar
        key={value}
        label={label}
        value={value}
        today={today}
        weekStart={weekStart}
        onChange={take}
      />
      {children !== undefined && <div className="mt-3 border-t border-line pt-3">{children}</div>}
    </>
  )
}

type LineProps = Pick<InsideProps, 'line' | 'today' | 'onText' | 'close'> & {
  take: (day: Day) => void
}

/** A date in words. */
function Line({ line, today, take, onText, close }: LineProps) {
  const t = useTranslations('date_picker')
  const locale = useLocale()
  const id = useId()
  const [missed, setMissed] = useState(false)
  const understand = async (text: string) => {
    const day = readDay(text, today, locale)
    if (day !== null) take(day)
    const understood = day !== null || text === '' || (await onText?.(text)) === true
    if (understood) close()
    else setMissed(true)
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    event.stopPropagation()
    void understand(line.current?.value.trim() ?? '')
  }
  return (
    <form onSubmit={onSubmit}>
      <input
        ref={line}
        aria-label={t('line')}
        aria-invalid={missed}
        aria-describedby={missed ? id : undefined}
        placeholder={t('placeholder')}
        autoComplete="off"
        enterKeyHint="done"
        onChange={() => setMissed(false)}
        className="block h-8 w-full rounded-md border border-line-strong bg-canvas px-2 text-base outline-none placeholder:text-faint focus:border-focus focus:outline-1 focus:outline-focus sm:text-xs touch:h-11"
      />
      {missed && (
        <p id={id} role="alert" className="mt-1 text-2xs text-danger">
          {t('missed')}
        </p>
      )}
    </form>
  )
}

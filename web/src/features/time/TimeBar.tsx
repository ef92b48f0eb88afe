import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Pause, Play } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useDayNames } from '@/lib/useDayNames'
import { IconButton } from '@/ui/IconButton'
import { useMe } from '../auth/session'
import { ChangeIcon } from '../history/ChangeIcon'
import { ChangeWords } from '../history/ChangeWords'
import { phrasesOf } from '../history/deeds'
import { dayStep, type Scale, type Step } from './scale'
import { Timeline } from './Timeline'

type TimeBarProps = {
  scale: Scale
  at: number
  /** There is more before the oldest step. */
  hasMore: boolean
  onChange: (at: number) => void
  onHold: (held: boolean) => void
}

/** How long a step is shown while time goes by itself (ms). */
const BEAT = 700

/** The controls of time: what happened at the moment that is shown, and the ways to others. */
export function TimeBar({ scale, at, hasMore, onChange, onHold }: TimeBarProps) {
  const t = useTranslations('time')
  const nameOf = useStepName(scale)
  const last = scale.steps.length - 1
  const [playing, setPlaying] = useState(false)
  const step = scale.steps[at]
  const go = (to: number) => onChange(Math.max(0, Math.min(last, to)))
  const next = useEffectEvent(() => {
    if (at >= last) setPlaying(false)
    else go(at + 1)
  })
  useEffect(() => {
    if (!playing) return
    const timer = window.setInterval(() => next(), BEAT)
    return () => window.clearInterval(timer)
  }, [playing])
  const flip = 'rtl:-scale-x-100'
  return (
    <section
      aria-label={t('bar')}
      className="sticky bottom-0 z-20 mt-auto border-t border-line bg-raised px-3 pt-2 pb-1 shadow-raised max-sm:bottom-[calc(60px+env(safe-area-inset-bottom))] sm:px-6"
    >
      <div className="flex min-h-9 items-center gap-1 max-sm:flex-wrap">
        <div className="flex max-sm:order-last max-sm:w-full max-sm:justify-center">
          <IconButton
            label={t('day_before')}
            keys="PageDown"
            icon={<ChevronFirst size={16} aria-hidden className={flip} />}
            onClick={() => go(dayStep(scale, at, -1))}
          />
          <IconButton
            label={t('before')}
            keys="←"
            icon={<ChevronLeft size={16} aria-hidden className={flip} />}
            onClick={() => go(at - 1)}
          />
          <IconButton
            label={playing ? t('pause') : t('play')}
            icon={
              playing ? (
                <Pause size={15} aria-hidden />
              ) : (
                <Play size={15} aria-hidden className={flip} />
              )
            }
            onClick={() => {
              if (!playing && at >= last) go(0)
              setPlaying(!playing)
            }}
          />
          <IconButton
            label={t('after')}
            keys="→"
            icon={<ChevronRight size={16} aria-hidden className={flip} />}
            onClick={() => go(at + 1)}
          />
          <IconButton
            label={t('day_after')}
            keys="PageUp"
            icon={<ChevronLast size={16} aria-hidden className={flip} />}
            onClick={() => go(dayStep(scale, at, 1))}
          />
        </div>
        {step !== undefined && <Deed step={step} />}
        <p className="ms-auto shrink-0 ps-2 text-2xs text-faint">
          {t('step', { at: at + 1, of: last + 1, more: String(hasMore) })}
        </p>
      </div>
      <Timeline
        scale={scale}
        at={at}
        onChange={(to) => {
          setPlaying(false)
          go(to)
        }}
        onHold={onHold}
        nameOf={nameOf}
      />
    </section>
  )
}

/** The change that led to what is shown. */
function Deed({ step: { change } }: { step: Step }) {
  const phrases = phrasesOf(change.events)
  const [first] = phrases
  if (first === undefined) return null
  return (
    <div className="flex min-w-0 items-center gap-2 ps-2">
      <ChangeIcon deed={first.deed} undoes={change.undoes !== null} />
      <p className="truncate text-xs text-muted">
        <ChangeWords phrases={phrases} />
        {change.actorName !== null && <bdi className="text-faint"> · {change.actorName}</bdi>}
      </p>
    </div>
  )
}

/** When a step was and what happened, as plain text. */
function useStepName(scale: Scale): (at: number) => string {
  const t = useTranslations('history')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  return (at) => {
    const step = scale.steps[at]
    if (step === undefined) return ''
    const when = `${names.long(step.day)}, ${names.time(Date.parse(step.change.at), zone)}`
    const words = phrasesOf(step.change.events).map(({ deed, name, more }) =>
      t.markup(`did.${deed}`, { name, more, b: (text) => text }),
    )
    return [when, ...words].join(' · ')
  }
}

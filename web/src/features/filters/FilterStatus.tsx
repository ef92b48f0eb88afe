import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import type { Fault } from './language/fault'
import { useFaultText } from './useFaultText'

type FilterStatusProps = {
  id: string
  fault: Fault | undefined
  /** Undefined while it is not known, or where nothing is asked. */
  count: number | undefined
  more: boolean
  partly: boolean
}

/** What is wrong with a filter, else how much it found. */
export function FilterStatus({ id, fault, count, more, partly }: FilterStatusProps) {
  const t = useTranslations('filters')
  const faultText = useFaultText()
  return (
    <p
      id={id}
      role="status"
      className={classes(
        'flex min-h-7 items-center gap-1.5 px-2 pt-1 text-2xs',
        fault === undefined ? 'text-faint' : 'text-muted',
      )}
    >
      {fault !== undefined && (
        <>
          <CircleAlert size={13} aria-hidden className="shrink-0 text-danger" />
          {faultText(fault)}
        </>
      )}
      {fault === undefined && count !== undefined && (
        <>
          {t('count', { count, more: more ? 'yes' : 'no' })}
          {partly && ` ${t('partly')}`}
        </>
      )}
    </p>
  )
}

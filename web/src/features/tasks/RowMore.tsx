'use client'

import { Ellipsis } from 'lucide-react'
import { lazy, Suspense, useState, type ComponentProps } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'

const RowMenu = lazy(async () => ({ default: (await import('./RowMenu')).RowMenu }))

type RowMoreProps = { title: string; tabIndex: number }

/** What else can be done with a task. Its menu is loaded when it is first wanted; on phones the row is thrown or held. */
export function RowMore({ title, tabIndex }: RowMoreProps) {
  const t = useTranslations('task')
  const [asked, setAsked] = useState(false)
  const label = t('more', { title })
  const button = (
    <MoreButton
      label={label}
      tabIndex={tabIndex}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setAsked(true)}
    />
  )
  if (!asked) return button
  return (
    <Suspense fallback={button}>
      <RowMenu label={label} tabIndex={tabIndex} />
    </Suspense>
  )
}

type MoreButtonProps = ComponentProps<'button'> & { label: string }

export function MoreButton({ label, ...rest }: MoreButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      className={classes(
        'flex size-7 shrink-0 items-center justify-center rounded-md text-muted opacity-0',
        'group-hover/row:opacity-100 hover:bg-selected hover:text-ink focus-visible:opacity-100 data-popup-open:opacity-100 touch:hidden',
      )}
      {...rest}
    >
      <Ellipsis size={16} aria-hidden />
    </button>
  )
}

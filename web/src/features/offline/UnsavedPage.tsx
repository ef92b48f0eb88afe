'use client'

import { useRef, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useConflicts, useConnection, useOutbox, useRefused } from '@/sync'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '../tasks/Page'
import { ConflictCard } from './ConflictCard'
import { Settled } from './figures'
import { RefusedCard } from './RefusedCard'
import { WaitingRow } from './WaitingRow'

/** What is not as it was meant: changed in two places, refused by the server, or not sent yet. */
export function UnsavedPage() {
  const t = useTranslations('offline')
  const [conflicts, refused, waiting] = [useConflicts(), useRefused(), useOutbox()]
  const { link, storage } = useConnection()
  const cards = useRef<HTMLDivElement>(null)

  /** Does something that takes the card away which has the focus: the next one has it then. */
  const settle = (act: () => void) => {
    const all = () => [...(cards.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])]
    const at = all().findIndex((card) => card.contains(document.activeElement))
    act()
    if (at < 0) return
    requestAnimationFrame(() => {
      const left = all()
      const next = left[at] ?? left.at(-1) ?? cards.current
      next?.focus()
    })
  }

  const nothing = conflicts.length + refused.length + waiting.length === 0
  return (
    <Page title={t('title')}>
      <div ref={cards} tabIndex={-1} className="outline-none">
        {storage === 'memory' && (
          <p className="mx-2 mt-3 rounded-md border border-warning px-3 py-2 text-xs">
            {t('not_kept')}
          </p>
        )}
        {nothing && (
          <EmptyState figure={<Settled />} title={t('all_saved')} detail={t('all_saved_more')} />
        )}
        <Section title={t('conflicts')} detail={t('conflicts_more')} count={conflicts.length}>
          {conflicts.map((conflict) => (
            <ConflictCard key={conflict.id} conflict={conflict} settle={settle} />
          ))}
        </Section>
        <Section title={t('refused')} detail={t('refused_more')} count={refused.length}>
          {refused.map((each) => (
            <RefusedCard key={each.id} refused={each} settle={settle} />
          ))}
        </Section>
        <Section
          title={t('waiting')}
          detail={link === 'offline' ? t('waiting_offline') : t('waiting_more')}
          count={waiting.length}
        >
          {waiting.map((each) => (
            <WaitingRow key={each.entry} waiting={each} settle={settle} />
          ))}
        </Section>
      </div>
    </Page>
  )
}

type SectionProps = { title: string; detail: string; count: number; children: ReactNode }

function Section({ title, detail, count, children }: SectionProps) {
  if (count === 0) return null
  return (
    <section className="mt-6 px-2">
      <h2 className="flex items-baseline gap-2 text-sm font-semibold">
        {title}
        <span className="text-2xs font-normal text-faint">{count}</span>
      </h2>
      <p className="mt-1 mb-3 max-w-prose text-xs text-muted">{detail}</p>
      <ul className="flex flex-col gap-3">{children}</ul>
    </section>
  )
}

'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { ComponentType } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import { Page } from '../tasks/Page'
import { Account } from './Account'
import { Data } from './Data'
import { LookSection } from './LookSection'
import { Notifications } from './Notifications'
import { Profile } from './Profile'
import { Region } from './Region'
import { icons, sectionOf, sections, type Section } from './sections'
import { Sessions } from './Sessions'
import { Tokens } from './Tokens'
import { WorkspaceSection } from './WorkspaceSection'

const contents: Record<Section, ComponentType> = {
  profile: Profile,
  look: LookSection,
  region: Region,
  notifications: Notifications,
  workspace: WorkspaceSection,
  tokens: Tokens,
  sessions: Sessions,
  data: Data,
  account: Account,
}

/**
 * What somebody has set. On phones the sections are a page of their own; where there is room they stand beside the
 * one that is open.
 */
export function Settings() {
  const t = useTranslations('settings')
  const asked = sectionOf(useSearchParams().get('section'))
  const section = asked ?? 'profile'
  const Content = contents[section]
  return (
    <Page title={t('title')}>
      <div className="mt-4 gap-10 sm:grid sm:grid-cols-[11rem_minmax(0,1fr)]">
        <nav aria-label={t('sections_label')} className={classes(asked && 'max-sm:hidden')}>
          <ul className="flex flex-col gap-px">
            {sections.map((each) => (
              <SectionLink key={each} section={each} here={each === section} />
            ))}
          </ul>
        </nav>
        <div className={classes('max-sm:px-2', !asked && 'max-sm:hidden')}>
          <Link
            href="/settings"
            className="-ms-1 mb-2 inline-flex h-11 items-center gap-1 text-xs text-accent-ink sm:hidden"
          >
            <ChevronLeft size={16} aria-hidden className="rtl:-scale-x-100" />
            {t('all')}
          </Link>
          <h2 className="mb-5 text-base font-semibold tracking-tight">
            {t(`sections.${section}`)}
          </h2>
          <Content />
        </div>
      </div>
    </Page>
  )
}

function SectionLink({ section, here }: { section: Section; here: boolean }) {
  const t = useTranslations('settings')
  const Icon = icons[section]
  return (
    <li>
      <Link
        href={`/settings?section=${section}`}
        aria-current={here ? 'true' : undefined}
        className={classes(
          'flex h-9 items-center gap-2.5 rounded-md px-2 text-xs touch:h-12 touch:text-sm',
          here
            ? 'font-medium text-ink sm:bg-selected'
            : 'text-muted hover:bg-hover hover:text-ink max-sm:text-ink',
        )}
      >
        <Icon
          size={16}
          aria-hidden
          className={classes(here ? 'sm:text-accent-ink' : 'text-faint')}
        />
        <span className="grow">{t(`sections.${section}`)}</span>
        <ChevronRight size={16} aria-hidden className="text-faint sm:hidden rtl:-scale-x-100" />
      </Link>
    </li>
  )
}

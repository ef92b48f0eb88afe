'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useMemo } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { languageNames, locales } from '@/i18n/locales'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { Combobox } from '@/ui/Combobox'
import { Segmented } from '@/ui/Segmented'
import { Select } from '@/ui/Select'
import { useMe } from '../auth/session'
import { usePreferences } from './preferences'
import { Setting } from './Setting'
import { hereZone, zoneOptions } from './zones'

const languages = locales.map((locale) => ({
  value: locale,
  label: languageNames[locale],
  lang: locale,
}))

/** Language, and how days and times are reckoned. */
export function Region() {
  const t = useTranslations('settings')
  const { week_start: weekStart } = useMe()
  const { locale, setLocale, save } = usePreferences()
  return (
    <>
      <Setting label={t('language')} hint={t('language_hint')}>
        <Select
          label={t('language')}
          value={locale}
          choices={languages}
          onChange={setLocale}
          className="w-56 border border-line bg-raised"
        />
      </Setting>
      <TimeZone />
      <Setting label={t('week_start')} hint={t('week_start_hint')}>
        <Segmented
          label={t('week_start')}
          value={weekStart}
          choices={[
            { value: 'monday', label: t('week_starts.monday') },
            { value: 'saturday', label: t('week_starts.saturday') },
            { value: 'sunday', label: t('week_starts.sunday') },
          ]}
          onChange={(next) => save({ week_start: next })}
        />
      </Setting>
    </>
  )
}

function TimeZone() {
  const t = useTranslations('settings')
  const locale = useLocale()
  const now = useNow()
  const { time_zone: zone } = useMe()
  const { save } = usePreferences()
  const options = useMemo(() => zoneOptions(locale, now, zone), [locale, now, zone])
  const here = hereZone()
  return (
    <Setting label={t('time_zone')} hint={t('time_zone_hint')}>
      <div className="flex flex-col items-start gap-2">
        <Combobox
          label={t('time_zone')}
          value={zone}
          options={options}
          placeholder={t('time_zone_find')}
          empty={t('time_zone_none')}
          onChange={(next) => save({ time_zone: next })}
          trigger={
            <Button className="w-56">
              <span className="grow truncate text-start">
                {options.find(({ value }) => value === zone)?.label}
              </span>
              <ChevronsUpDown size={14} aria-hidden className="text-faint" />
            </Button>
          }
        />
        {here !== zone && (
          <Button look="quiet" onClick={() => save({ time_zone: here })}>
            {t('time_zone_here', { zone: here.replaceAll('_', ' ') })}
          </Button>
        )}
      </div>
    </Setting>
  )
}

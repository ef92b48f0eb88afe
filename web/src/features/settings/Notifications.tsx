'use client'

import { useId } from 'react'
import { useTranslations } from 'use-intl'
import type { Channel } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { useMe } from '../auth/session'
import { usePreferences } from './preferences'
import { Setting } from './Setting'

const channels: readonly Channel[] = ['email', 'push', 'sms']
const MORNING = '08:00'

/** How reminders reach somebody, and when they get the day's summary. */
export function Notifications() {
  const t = useTranslations('settings')
  const me = useMe()
  const { save } = usePreferences()
  const id = useId()
  const daily = me.digest_time ?? null
  const toggle = (channel: Channel, on: boolean) =>
    save({
      channels: channels.filter((each) => (each === channel ? on : me.channels.includes(each))),
    })
  return (
    <>
      <fieldset className="border-b border-line pb-4">
        <legend className="text-sm font-medium">{t('channels_label')}</legend>
        <p className="mt-0.5 mb-2 text-xs text-faint">{t('channels_hint')}</p>
        {channels.map((channel) => (
          <Checkbox
            key={channel}
            label={t(`channels.${channel}`)}
            checked={me.channels.includes(channel)}
            onChange={(event) => toggle(channel, event.target.checked)}
          />
        ))}
      </fieldset>
      <div className="pt-4">
        <Setting label={t('digest')} hint={t('digest_hint')}>
          <Checkbox
            label={t('digest_on')}
            checked={daily !== null}
            onChange={(event) => save({ digest_time: event.target.checked ? MORNING : null })}
          />
        </Setting>
        {daily !== null && (
          <Setting label={t('digest_time')} htmlFor={id}>
            <input
              id={id}
              type="time"
              required
              value={daily}
              onChange={(event) => {
                if (event.target.value !== '') save({ digest_time: event.target.value })
              }}
              className="h-8 rounded-md border border-line-strong bg-raised px-2 text-sm touch:h-11"
            />
          </Setting>
        )}
      </div>
    </>
  )
}

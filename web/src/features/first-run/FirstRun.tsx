'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '../auth/session'
import { MoreWays } from '../start/MoreWays'
import { QuickAddForm } from '../quick-add/QuickAddForm'

const examples = ['date', 'recurrence', 'tag'] as const

/** What somebody sees who has no task yet: the line for the first one, and what can be written there. */
export function FirstRun() {
  const t = useTranslations('first_run')
  const { display_name: name } = useMe()
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  useEffect(() => {
    // On a touch screen the keyboard would hide what can be tried.
    if (window.matchMedia('(pointer: fine)').matches) inputRef.current?.focus()
  }, [])
  return (
    <div className="px-2 pt-4">
      <h2 className="text-xl font-semibold tracking-tight text-balance">
        {t('title', { name: name.split(' ')[0] ?? name })}
      </h2>
      <p className="mt-2 max-w-md text-sm text-muted">{t('lead')}</p>
      <div className="mt-6 rounded-lg border border-line-strong bg-raised p-4 focus-within:border-focus">
        <QuickAddForm
          defaults={{}}
          inputRef={inputRef}
          hint={t('hint')}
          text={text}
          onText={setText}
          onAdded={() => undefined}
        />
      </div>
      <h3 className="mt-6 mb-2 text-2xs text-faint">{t('try')}</h3>
      <ul className="flex flex-col items-start gap-1.5">
        {examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              className="min-h-8 rounded-md border border-line px-3 py-1 text-start text-xs text-muted hover:border-line-strong hover:bg-hover hover:text-ink touch:min-h-11"
              onClick={() => {
                setText(t(`examples.${example}`))
                inputRef.current?.focus()
              }}
            >
              {t(`examples.${example}`)}
            </button>
          </li>
        ))}
      </ul>
      <h3 className="mt-8 mb-2 text-2xs text-faint">{t('more')}</h3>
      <MoreWays />
    </div>
  )
}

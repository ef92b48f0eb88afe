'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useCopy } from '@/lib/useCopy'
import { Button } from './Button'
import { classes } from './classes'

type SecretProps = {
  title: string
  hint: string
  secret: string
  className?: string
  onDone: () => void
}

/** Something that is shown this once, to be copied. It takes the focus, so that nobody passes it by. */
export function Secret({ title, hint, secret, className, onDone }: SecretProps) {
  const t = useTranslations('secret')
  const id = useId()
  const inputRef = useRef<HTMLInputElement>(null)
  const { copied, copy } = useCopy()
  useEffect(() => inputRef.current?.select(), [secret])
  return (
    <section
      aria-labelledby={id}
      className={classes('rounded-lg border border-line-strong bg-raised p-4', className)}
    >
      <p id={id} className="text-sm font-medium">
        {title}
      </p>
      <p className="mt-0.5 mb-3 text-xs text-muted">{hint}</p>
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={inputRef}
          readOnly
          dir="ltr"
          aria-labelledby={id}
          value={secret}
          onFocus={(event) => event.target.select()}
          className="h-8 min-w-48 flex-1 rounded-md border border-line-strong bg-sunken px-2 font-mono text-xs touch:h-11"
        />
        <Button look="primary" onClick={() => copy(secret)}>
          {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          <span aria-live="polite">{copied ? t('copied') : t('copy')}</span>
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </section>
  )
}

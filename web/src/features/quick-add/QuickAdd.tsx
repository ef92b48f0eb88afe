'use client'

import { useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useKey } from '@/lib/useKey'
import { Dialog } from '@/ui/Dialog'
import { QuickAddContext, type Defaults } from './context'
import { QuickAddForm } from './QuickAddForm'

/** Quick add everywhere: `q` opens it. */
export function QuickAdd({ children }: { children: ReactNode }) {
  const t = useTranslations('quick_add')
  const [shown, setShown] = useState(false)
  const [text, setText] = useState('')
  const [defaults, setDefaults] = useState<Defaults>({})
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const control = useMemo(() => ({ open: () => setShown(true), setDefaults }), [])
  useKey('q', control.open)
  return (
    <QuickAddContext value={control}>
      {children}
      <Dialog
        open={shown}
        onOpenChange={setShown}
        title={t('title')}
        closeLabel={t('close')}
        initialFocus={inputRef}
      >
        <QuickAddForm
          defaults={defaults}
          inputRef={inputRef}
          hint={t('hint')}
          text={text}
          onText={setText}
          onAdded={setShown}
        />
      </Dialog>
    </QuickAddContext>
  )
}

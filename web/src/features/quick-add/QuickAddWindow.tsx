'use client'

import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Dialog } from '@/ui/Dialog'
import type { Defaults } from './context'
import { QuickAddForm } from './QuickAddForm'

type QuickAddWindowProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  defaults: Defaults
}

/** The window of quick add. What was typed is still there when it opens again. */
export function QuickAddWindow({ open, onOpenChange, defaults }: QuickAddWindowProps) {
  const t = useTranslations('quick_add')
  const [text, setText] = useState('')
  const inputRef = useRef<HTMLTextAreaElement>(null)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
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
        onAdded={onOpenChange}
      />
    </Dialog>
  )
}

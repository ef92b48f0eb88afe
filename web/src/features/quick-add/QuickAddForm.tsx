'use client'

import { useId, useState, type RefObject } from 'react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { CreateTask } from '@/api/types'
import { Button } from '@/ui/Button'
import { Kbd } from '@/ui/Kbd'
import { useTaskActions } from '../tasks/useTaskActions'
import { useWorkspace } from '../workspaces/current'
import type { Defaults } from './context'
import { withDefaults } from './defaults'
import { HighlightedInput } from './HighlightedInput'
import { Recognised } from './Recognised'
import { usePreview } from './usePreview'

const LONGEST_TITLE = 500

type QuickAddFormProps = {
  defaults: Defaults
  inputRef: RefObject<HTMLTextAreaElement | null>
  hint: string
  /** The text, where it is not the form's own, as with examples beside it. */
  text: string
  onText: (text: string) => void
  /** Called as soon as a task is on its way. */
  onAdded: (keepOpen: boolean) => void
}

/** One line becomes a task. */
export function QuickAddForm(props: QuickAddFormProps) {
  const { defaults, inputRef, hint, text, onText, onAdded } = props
  const t = useTranslations('quick_add')
  const hintId = useId()
  const workspace = useWorkspace()
  const { add, addLine } = useTaskActions()
  const { marks, preview } = usePreview(text)
  const [adding, setAdding] = useState(false)

  const send = async (keepOpen: boolean) => {
    const said = text.trim()
    if (said === '' || adding) return
    const plain = Object.keys(defaults).length === 0
    if (preview === undefined && plain) {
      addLine(said)
    } else {
      setAdding(true)
      add(withDefaults(preview?.task ?? (await understand(said, workspace)), defaults))
      setAdding(false)
    }
    onText('')
    onAdded(keepOpen)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send(false)
      }}
    >
      <HighlightedInput
        label={t('label')}
        placeholder={t('placeholder')}
        value={text}
        marks={marks}
        inputRef={inputRef}
        describedBy={hintId}
        onChange={onText}
        onEnter={(keepOpen) => void send(keepOpen)}
      />
      <div className="mt-3">
        <Recognised id={hintId} text={text} marks={marks} hint={hint} />
      </div>
      <div className="mt-4 flex items-center justify-end gap-3 border-t border-line pt-3">
        <p className="me-auto flex items-center gap-1.5 text-2xs text-faint touch:hidden">
          <Kbd>⇧</Kbd>
          <Kbd>↵</Kbd>
          {t('and_another')}
        </p>
        <Button type="submit" look="primary" disabled={text.trim() === ''}>
          {t('add')}
        </Button>
      </div>
    </form>
  )
}

/** Without the server the words are the title: nothing is lost, and the rest can be said later. */
async function understand(text: string, workspace: string): Promise<CreateTask> {
  try {
    const params = { query: { workspace } }
    return (await data(api.POST('/api/v1/quick-add/preview', { params, body: { text } }))).task
  } catch {
    return { title: text.slice(0, LONGEST_TITLE) }
  }
}

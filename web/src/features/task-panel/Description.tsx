import { lazy, Suspense, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { Button } from '@/ui/Button'
import { TextArea } from '@/ui/TextArea'
import { useDraft } from './useDraft'
import { usePanelActions } from './usePanelActions'

const Markdown = lazy(async () => ({ default: (await import('@/ui/Markdown')).Markdown }))

type DescriptionProps = { task: Task; mayEdit: boolean }

/** What there is to say about a task, in Markdown: read until it is edited, saved when it is left. */
export function Description({ task, mayEdit }: DescriptionProps) {
  const t = useTranslations('panel')
  const { update } = usePanelActions(task)
  const save = (description: string) => update({ description }, 'description')
  const draft = useDraft(task.description, save)
  const edit = useRef<HTMLButtonElement>(null)
  const leave = () => {
    draft.keep()
    requestAnimationFrame(() => edit.current?.focus())
  }
  if (draft.editing) {
    return <Editor draft={draft} leave={leave} theirs={task.description} />
  }
  if (task.description.trim() === '') {
    return (
      mayEdit && (
        <button
          ref={edit}
          type="button"
          data-field="description"
          onClick={draft.begin}
          className="-mx-2 min-h-9 w-[calc(100%+1rem)] rounded-md px-2 text-start text-faint hover:bg-hover touch:min-h-11"
        >
          {t('describe')}
        </button>
      )
    )
  }
  return (
    <div className="group/text relative">
      {/* A click into the text edits it too; by keyboard there is the button. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div
        className="-mx-2 rounded-md px-2 py-1.5 hover:bg-hover"
        onClick={(event) => {
          if (mayEdit && isText(event)) draft.begin()
        }}
      >
        <Suspense fallback={<p className="whitespace-pre-wrap">{task.description}</p>}>
          <Markdown text={task.description} onChange={mayEdit ? save : undefined} />
        </Suspense>
      </div>
      {mayEdit && (
        <button
          ref={edit}
          type="button"
          data-field="description"
          onClick={draft.begin}
          className="absolute end-0 top-0 h-7 rounded-md border border-line bg-raised px-2 text-2xs text-muted opacity-0 group-hover/text:opacity-100 hover:text-ink focus-visible:opacity-100 touch:static touch:h-11 touch:border-transparent touch:bg-transparent touch:px-0 touch:text-sm touch:text-accent-ink touch:opacity-100"
        >
          {t('edit_description')}
        </button>
      )}
    </div>
  )
}

/** Not a link or box in it, and nothing that is being marked. */
function isText({ target }: MouseEvent): boolean {
  const marked = window.getSelection()?.isCollapsed === false
  return !marked && !(target instanceof Element && target.closest('a, label, pre') !== null)
}

type EditorProps = { draft: ReturnType<typeof useDraft>; leave: () => void; theirs: string }

function Editor({ draft, leave, theirs }: EditorProps) {
  const t = useTranslations('panel')
  const onKeyDown = (event: KeyboardEvent) => {
    const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    if (event.nativeEvent.isComposing || (!sends && event.key !== 'Escape')) return
    event.preventDefault()
    event.stopPropagation()
    leave()
  }
  return (
    // It is told of what leaves it as a whole, and does nothing at keys itself.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="group"
      aria-label={t('fields.description')}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) draft.keep()
      }}
    >
      <div className="-mx-2 rounded-md border border-focus bg-raised px-2 py-1.5 outline-1 outline-focus">
        <TextArea
          data-field="description"
          autoFocus
          label={t('fields.description')}
          value={draft.text}
          placeholder={t('describe')}
          maxLength={65_536}
          onChange={(event) => draft.edit(event.target.value)}
          onKeyDown={onKeyDown}
          className="min-h-24 outline-none"
        />
      </div>
      <div className="mt-1.5 flex min-h-8 items-center gap-2">
        {draft.overtaken ? (
          <>
            <p role="status" className="grow text-xs text-warning">
              {t('overtaken')}
            </p>
            <Button onClick={() => draft.settle(`${draft.text}\n\n---\n\n${theirs}`)}>
              {t('append_theirs')}
            </Button>
          </>
        ) : (
          <p className="grow text-2xs text-faint">{t('markdown_hint')}</p>
        )}
        <Button onClick={leave}>{t('done')}</Button>
      </div>
    </div>
  )
}

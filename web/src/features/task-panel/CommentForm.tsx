import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import { mentionBegun } from '@/lib/mentions'
import { useMembers } from '@/sync'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { TextArea } from '@/ui/TextArea'

type CommentFormProps = {
  workspace: string
  label: string
  send: string
  /** What it begins with. */
  text?: string
  autoFocus?: boolean
  /** What commands know it by. */
  field?: string
  onSend: (body: string) => void
  onCancel?: () => void
}

const MOST_NAMES = 6

/** Writes a comment. `@` offers the people of the workspace; Ctrl and Enter send it. */
export function CommentForm(props: CommentFormProps) {
  const { workspace, label, send, text: first = '', autoFocus = false } = props
  const { field, onSend, onCancel } = props
  const t = useTranslations('panel')
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(first)
  const [caret, setCaret] = useState(0)
  const [chosen, setChosen] = useState(0)
  const [hidden, setHidden] = useState(false)
  const people = usePeople(workspace)
  const begun = hidden ? null : mentionBegun(text, caret)
  const offered = begun === null ? [] : people(begun.said)
  const at = Math.min(chosen, offered.length - 1)
  const current = offered[at]

  const submit = () => {
    const body = text.trim()
    if (body === '') return
    onSend(body)
    setText('')
  }
  const mention = (name: string) => {
    if (begun === null) return
    const before = `${text.slice(0, begun.at)}@${name} `
    setText(before + text.slice(caret))
    setCaret(before.length)
    // The caret is set behind the name once that is in the text.
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(before.length, before.length)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
    else if (current !== undefined && (event.key === 'Enter' || event.key === 'Tab'))
      mention(current)
    else if (current !== undefined && event.key === 'ArrowDown')
      setChosen((at) => (at + 1) % offered.length)
    else if (current !== undefined && event.key === 'ArrowUp')
      setChosen((at) => (at + offered.length - 1) % offered.length)
    else if (event.key === 'Escape') {
      if (current !== undefined) setHidden(true)
      else if (onCancel !== undefined) onCancel()
      else area.current?.blur()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      className="relative"
    >
      <div className="rounded-md border border-line-strong bg-raised px-2.5 py-1.5 focus-within:border-focus focus-within:outline-1 focus-within:outline-focus">
        <TextArea
          ref={area}
          data-field={field}
          label={label}
          value={text}
          autoFocus={autoFocus}
          placeholder={label}
          maxLength={65_536}
          aria-autocomplete="list"
          aria-controls={offered.length > 0 ? id : undefined}
          aria-activedescendant={current === undefined ? undefined : `${id}-${at}`}
          onChange={(event) => {
            setText(event.target.value)
            setCaret(event.target.selectionStart)
            setChosen(0)
            setHidden(false)
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          className="outline-none max-sm:text-base touch:py-1.5"
        />
      </div>
      {offered.length > 0 && (
        <div
          id={id}
          role="listbox"
          aria-label={t('comments.mention')}
          className="absolute inset-x-0 bottom-full z-10 mb-1 rounded-lg border border-line bg-raised p-1 shadow-raised"
        >
          {offered.map((name, place) => (
            // The keys are those of the text, which has the focus.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={name}
              id={`${id}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={name === current}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => mention(name)}
              className={classes(
                'flex min-h-8 items-center gap-2 rounded-md px-2 text-xs touch:min-h-11',
                name === current && 'bg-hover',
              )}
            >
              <Avatar name={name} decorative />
              {name}
            </div>
          ))}
        </div>
      )}
      {(text.trim() !== '' || onCancel !== undefined) && (
        <div className="mt-1.5 flex justify-end gap-2">
          {onCancel !== undefined && (
            <Button look="quiet" onClick={onCancel}>
              {t('comments.cancel')}
            </Button>
          )}
          <Button type="submit" look="primary" disabled={text.trim() === ''}>
            {send}
          </Button>
        </div>
      )}
    </form>
  )
}

/** The people of a workspace whose name begins with something, or a word of it. */
function usePeople(workspace: string): (said: string) => string[] {
  const names = useMembers(workspace).flatMap(({ display_name }) => display_name ?? [])
  return (said) => {
    const begin = said.toLocaleLowerCase()
    const words = (name: string) =>
      [name, ...name.split(' ')].map((each) => each.toLocaleLowerCase())
    return names
      .filter((name) => words(name).some((word) => word.startsWith(begin)) && name !== said)
      .slice(0, MOST_NAMES)
  }
}

'use client'

import { useId, type KeyboardEvent, type RefObject } from 'react'
import type { SpanKind } from '@/api/types'
import { classes } from '@/ui/classes'
import { pieces, type Mark } from './spans'

const tints: Record<SpanKind, string> = {
  date: 'text-accent-ink',
  time: 'text-accent-ink',
  start: 'text-accent-ink',
  reminder: 'text-accent-ink',
  recurrence: 'text-ok',
  priority: 'text-high',
  list_or_tag: 'text-low',
  assignee_or_tag: 'text-medium',
  note: 'text-faint',
}

type HighlightedInputProps = {
  label: string
  placeholder: string
  value: string
  marks: readonly Mark[]
  inputRef: RefObject<HTMLTextAreaElement | null>
  describedBy: string
  onChange: (value: string) => void
  onEnter: (keepOpen: boolean) => void
}

/**
 * A line that shows what was recognised in it. The letters that are seen stand under the input, whose own are
 * transparent; both are set the same way, so they fall on each other.
 */
export function HighlightedInput(props: HighlightedInputProps) {
  const { label, placeholder, value, marks, inputRef, describedBy, onChange, onEnter } = props
  const id = useId()
  const set =
    'col-start-1 row-start-1 block w-full p-0 text-base leading-7 break-words whitespace-pre-wrap'
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    onEnter(event.shiftKey)
  }
  return (
    <div className="grid" dir="auto">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div aria-hidden className={classes(set, 'pointer-events-none min-h-7')}>
        {pieces(value, marks).map(({ text, mark }, at) =>
          mark === null ? (
            text
          ) : (
            <mark
              key={at}
              className={classes(
                'rounded-sm bg-selected shadow-[0_0_0_2px_var(--selected)]',
                tints[mark.kind],
              )}
            >
              {text}
            </mark>
          ),
        )}
      </div>
      <textarea
        id={id}
        ref={inputRef}
        rows={1}
        value={value}
        maxLength={2000}
        placeholder={placeholder}
        aria-describedby={describedBy}
        enterKeyHint="done"
        onChange={(event) => onChange(event.target.value.replace(/\n/g, ' '))}
        onKeyDown={onKeyDown}
        className={classes(
          set,
          'resize-none overflow-hidden bg-transparent text-transparent caret-ink outline-none placeholder:text-faint',
        )}
      />
    </div>
  )
}

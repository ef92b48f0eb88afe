'use client'

import { ListFilter } from 'lucide-react'
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import { Coloured } from './Coloured'
import type { Suggestion } from './language/complete'
import type { Reading } from './language/read'
import { optionId, Suggestions } from './Suggestions'
import { useSuggestions } from './useSuggestions'

type FilterInputProps = {
  text: string
  reading: Reading
  autoFocus: boolean
  /** Says what is wrong, or how much was found. */
  describedBy: string
  onText: (text: string) => void
}

/**
 * A filter as one writes it: coloured, with what could follow below the cursor. The letters that are seen stand under
 * the input, whose own are transparent. The language is written from left to right whatever that of the app is.
 */
export function FilterInput({ text, reading, autoFocus, describedBy, onText }: FilterInputProps) {
  const t = useTranslations('filters')
  const listId = useId()
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const popupRef = useRef<HTMLDivElement>(null)
  const wordRef = useRef<HTMLSpanElement>(null)
  const [cursor, setCursor] = useState(text.length)
  const [open, setOpen] = useState(false)
  const [writing, setWriting] = useState(false)
  const { from, suggestions } = useSuggestions(text, cursor)
  // Where a word has begun, Enter completes it; else one has to be chosen.
  const usual = cursor > from ? 0 : -1
  const [chosen, setChosen] = useState<number>()
  const active = Math.min(chosen ?? usual, suggestions.length - 1)
  const shown = open && suggestions.length > 0
  const { fault } = reading
  // What ends too early is not wrong yet while one writes on.
  const unfinished = writing && fault !== undefined && fault.end >= text.length

  useLayoutEffect(() => {
    const [popup, word] = [popupRef.current, wordRef.current]
    if (popup === null || word === null) return
    const room = (popup.parentElement?.clientWidth ?? 0) - popup.offsetWidth
    popup.style.left = `${Math.max(0, Math.min(word.offsetLeft, room))}px`
    popup.style.top = `${word.offsetTop + word.offsetHeight + 6}px`
  })

  const put = (next: string, at: number) => {
    onText(next)
    setCursor(at)
    setChosen(undefined)
    setOpen(true)
  }

  const choose = ({ text: word }: Suggestion) => {
    const after = text.slice(cursor)
    const gap = /[:(]$/.test(word) || /^\s/.test(after) ? '' : ' '
    const at = from + word.length + gap.length
    put(text.slice(0, from) + word + gap + after, at)
    // The cursor can be placed once the new text is there.
    requestAnimationFrame(() => inputRef.current?.setSelectionRange(at, at))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const suggestion = shown ? suggestions[active] : undefined
    if (step !== undefined && suggestions.length > 0) {
      setOpen(true)
      if (shown) setChosen((active + step + suggestions.length) % suggestions.length)
      else setChosen(0)
    } else if (event.key === 'Escape' && shown) {
      setOpen(false)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && suggestion !== undefined) {
      if (event.shiftKey) return
      choose(suggestion)
    } else if (event.key === 'Enter') {
      setOpen(false)
      setWriting(false)
    } else {
      return
    }
    event.preventDefault()
  }

  const set = 'col-start-1 row-start-1 block w-full break-words whitespace-pre-wrap'
  return (
    <div
      dir="ltr"
      className={classes(
        'relative flex gap-2.5 rounded-lg border bg-raised px-3.5 py-2.5 focus-within:outline-1',
        fault !== undefined && !unfinished
          ? 'border-danger focus-within:outline-danger'
          : 'border-line-strong focus-within:border-focus focus-within:outline-focus',
      )}
    >
      <ListFilter size={17} aria-hidden className="mt-0.75 shrink-0 text-faint" />
      <div className="grid min-w-0 grow text-base leading-6 sm:text-sm sm:leading-6">
        <div aria-hidden className={classes(set, 'pointer-events-none min-h-6')}>
          <Coloured stretches={reading.stretches} showWrong={!unfinished} />
        </div>
        <div aria-hidden className={classes(set, 'pointer-events-none invisible')}>
          {text.slice(0, from)}
          <span ref={wordRef}>{'\u200B'}</span>
        </div>
        <textarea
          ref={inputRef}
          rows={1}
          value={text}
          autoFocus={autoFocus}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          enterKeyHint="done"
          maxLength={2000}
          placeholder={t('placeholder')}
          aria-label={t('label')}
          aria-describedby={describedBy}
          aria-invalid={fault !== undefined && !unfinished}
          aria-autocomplete="list"
          aria-controls={shown ? listId : undefined}
          aria-activedescendant={shown && active >= 0 ? optionId(listId, active) : undefined}
          onChange={(event) => {
            setWriting(true)
            put(event.target.value.replace(/\n/g, ' '), event.target.selectionStart)
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setOpen(false)
            setWriting(false)
          }}
          className={classes(
            set,
            'resize-none overflow-hidden bg-transparent text-transparent caret-ink outline-none placeholder:text-faint',
          )}
        />
      </div>
      {shown && (
        <Suggestions
          id={listId}
          suggestions={suggestions}
          active={active}
          popupRef={popupRef}
          onChoose={choose}
        />
      )}
    </div>
  )
}

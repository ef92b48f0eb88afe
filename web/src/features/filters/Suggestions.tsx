import { useEffect, useRef, type Ref } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import type { Suggestion } from './language/complete'
import { useExplanation } from './useExplanation'

type SuggestionsProps = {
  id: string
  suggestions: readonly Suggestion[]
  active: number
  popupRef: Ref<HTMLDivElement>
  onChoose: (suggestion: Suggestion) => void
}

export const optionId = (list: string, at: number) => `${list}-${at}`

/** What could be written next, below the word that it would complete. */
export function Suggestions({ id, suggestions, active, popupRef, onChoose }: SuggestionsProps) {
  const t = useTranslations('filters')
  const explain = useExplanation()
  const activeRef = useRef<HTMLDivElement>(null)
  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div
      id={id}
      ref={popupRef}
      role="listbox"
      aria-label={t('suggestions')}
      className="absolute z-20 max-h-72 w-max max-w-full min-w-56 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-raised"
    >
      {suggestions.map((suggestion, at) => (
        // The keys are those of the input, which keeps the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={`${suggestion.kind} ${suggestion.text}`}
          id={optionId(id, at)}
          ref={at === active ? activeRef : undefined}
          role="option"
          tabIndex={-1}
          aria-selected={at === active}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
          className={classes(
            'flex min-h-8 items-center gap-4 rounded-md px-2 text-xs touch:min-h-11',
            at === active ? 'bg-selected' : 'hover:bg-hover',
          )}
        >
          <span className="font-medium">{suggestion.label}</span>
          <span className="ms-auto truncate text-2xs text-faint">{explain(suggestion)}</span>
        </div>
      ))}
    </div>
  )
}

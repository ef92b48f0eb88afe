import { Search, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/ui/IconButton'

type SearchFieldProps = {
  text: string
  onText: (text: string) => void
  inputRef: RefObject<HTMLInputElement | null>
  onKeyDown: (event: KeyboardEvent) => void
}

/** Where one types what to look for. */
export function SearchField({ text, onText, inputRef, onKeyDown }: SearchFieldProps) {
  const t = useTranslations('search')
  return (
    <div
      role="search"
      className="flex h-11 items-center gap-2.5 rounded-lg border border-line-strong bg-raised ps-3.5 pe-1.5 focus-within:border-focus focus-within:outline-1 focus-within:outline-focus touch:h-12"
    >
      <Search size={17} aria-hidden className="shrink-0 text-faint" />
      <input
        ref={inputRef}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        autoFocus
        dir="auto"
        aria-label={t('label')}
        placeholder={t('placeholder')}
        maxLength={400}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-full min-w-0 grow bg-transparent text-base outline-none placeholder:text-faint [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== '' && (
        <IconButton
          label={t('clear')}
          icon={<X size={16} aria-hidden />}
          onClick={() => {
            onText('')
            inputRef.current?.focus()
          }}
        />
      )}
    </div>
  )
}

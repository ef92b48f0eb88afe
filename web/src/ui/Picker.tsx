'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { Check, Minus, Search } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { classes } from './classes'

export type Option = {
  id: string
  /** The heading that it stands under; those of one section follow each other. */
  section?: string
  label: string
  /** Said behind the label, more quietly. */
  detail?: string | undefined
  icon?: ReactNode
  /** At the end of the line, such as its keys. */
  end?: ReactNode
  /** Where several can be chosen: whether this one is, for all that it is about or for some. */
  chosen?: boolean | 'some'
  run: () => void
}

type PickerProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** What is chosen here, for those who do not see it. */
  title: string
  placeholder: string
  query: string
  onQuery: (query: string) => void
  options: readonly Option[]
  /** What it is about, above the line. */
  about?: string | undefined
  /** Said when nothing fits. */
  empty: string
  /** Says how many there are, as they change. */
  count: (count: number) => string
  /** Stays open, as several are chosen. */
  multiple?: boolean
}

/** Choosing by typing: a line, and below it what fits. */
export function Picker(props: PickerProps) {
  const { open, onOpenChange, title, about } = props
  const inputRef = useRef<HTMLInputElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fades fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          data-window
          initialFocus={inputRef}
          className="rises fixed inset-x-2 top-[12vh] z-40 mx-auto flex max-h-[min(70dvh,30rem)] max-w-xl flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-raised max-sm:top-2"
        >
          <Base.Title className="sr-only">{title}</Base.Title>
          {about !== undefined && (
            <p className="mx-3 mt-3 -mb-1 truncate text-2xs text-muted" dir="auto">
              {about}
            </p>
          )}
          <Choosing {...props} inputRef={inputRef} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

const PAGE = 8

type ChoosingProps = PickerProps & { inputRef: React.RefObject<HTMLInputElement | null> }

function Choosing(props: ChoosingProps) {
  const { title, placeholder, query, onQuery, options, empty, count, inputRef } = props
  const { multiple = false, onOpenChange } = props
  const id = useId()
  const [at, setAt] = useState(0)
  const activeAt = Math.min(at, options.length - 1)
  const active = options[activeAt]

  useEffect(() => {
    if (active !== undefined)
      document.getElementById(`${id}-${active.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active])

  const choose = (option: Option | undefined) => {
    if (option === undefined) return
    // What it does may open a window of its own: this one goes first.
    if (!multiple) onOpenChange(false)
    option.run()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const last = options.length - 1
    switch (event.key) {
      case 'ArrowDown':
        setAt(activeAt >= last ? 0 : activeAt + 1)
        break
      case 'ArrowUp':
        setAt(activeAt <= 0 ? last : activeAt - 1)
        break
      case 'PageDown':
        setAt(Math.min(last, activeAt + PAGE))
        break
      case 'PageUp':
        setAt(Math.max(0, activeAt - PAGE))
        break
      case 'Enter':
        choose(active)
        break
      default:
        return
    }
    event.preventDefault()
  }

  return (
    <>
      <div className="flex h-12 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <Search size={16} aria-hidden className="shrink-0 text-faint" />
        <input
          ref={inputRef}
          role="combobox"
          aria-label={title}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active && `${id}-${active.id}`}
          aria-autocomplete="list"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          dir="auto"
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setAt(0)
            onQuery(event.target.value)
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 grow bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
        />
      </div>
      <p
        role="status"
        className={options.length > 0 ? 'sr-only' : 'px-4 py-8 text-center text-muted'}
      >
        {options.length > 0 ? count(options.length) : empty}
      </p>
      <div
        id={`${id}-list`}
        role={options.length > 0 ? 'listbox' : undefined}
        aria-label={options.length > 0 ? title : undefined}
        className="overflow-y-auto overscroll-contain p-1.5 empty:hidden"
      >
        {sections(options).map(([section, some]) => (
          <div
            key={section}
            role="group"
            aria-labelledby={section === '' ? undefined : `${id}-of-${section}`}
            className="not-first:mt-2"
          >
            {section !== '' && (
              <div
                id={`${id}-of-${section}`}
                role="presentation"
                className="px-2 pt-1.5 pb-1 text-2xs font-medium text-faint"
              >
                {section}
              </div>
            )}
            {some.map((option) => (
              <Line
                key={option.id}
                id={`${id}-${option.id}`}
                option={option}
                active={option === active}
                onPoint={() => setAt(options.indexOf(option))}
                onChoose={() => choose(option)}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  )
}

function sections(options: readonly Option[]): [string, Option[]][] {
  const found = new Map<string, Option[]>()
  for (const option of options) {
    const section = option.section ?? ''
    const some = found.get(section)
    if (some) some.push(option)
    else found.set(section, [option])
  }
  return [...found]
}

type LineProps = {
  id: string
  option: Option
  active: boolean
  onPoint: () => void
  onChoose: () => void
}

function Line({ id, option, active, onPoint, onChoose }: LineProps) {
  const { label, detail, icon, end, chosen } = option
  return (
    // The keys are those of the line above, which has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-checked={chosen === 'some' ? 'mixed' : chosen}
      onPointerMove={onPoint}
      // The focus stays in the line.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={classes(
        'flex min-h-9 scroll-my-2 items-center gap-2.5 rounded-md px-2 text-xs touch:min-h-11 touch:text-sm',
        active && 'bg-selected',
      )}
    >
      <span aria-hidden className="flex size-4 shrink-0 items-center justify-center text-muted">
        {icon}
      </span>
      <span className="min-w-0 truncate" dir="auto">
        {label}
      </span>
      {detail !== undefined && (
        <span className="min-w-0 shrink-3 truncate text-2xs text-faint" dir="auto">
          {detail}
        </span>
      )}
      <span className="ms-auto flex shrink-0 items-center gap-2 ps-2 touch:empty:hidden">
        {end}
        {chosen === true && <Check size={15} aria-hidden className="text-accent-ink" />}
        {chosen === 'some' && <Minus size={15} aria-hidden className="text-muted" />}
      </span>
    </div>
  )
}

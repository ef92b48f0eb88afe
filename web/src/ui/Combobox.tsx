'use client'

import { Combobox as Base } from '@base-ui/react/combobox'
import { Check, Plus } from 'lucide-react'
import { useState, type ReactElement, type ReactNode } from 'react'

type Option = {
  value: string
  label: string
  /** Says more at the end of its line, and finds it too. */
  detail?: string | undefined
  icon?: ReactNode
}

type Shared = {
  /** The button that opens it; what it shows is what is chosen. */
  trigger: ReactElement
  /** What is chosen here, such as “List”. */
  label: string
  options: readonly Option[]
  placeholder: string
  /** Said when nothing matches. */
  empty: string
  /** Offers to make an option of what was typed. */
  create?: { label: (text: string) => string; run: (text: string) => void }
  /** Told what is typed, where whoever gives the options matches them; else they are matched here. */
  onSearch?: (text: string) => void
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

type SingleProps = Shared & {
  value: string | null
  onChange: (value: string) => void
}

/** One of many, found by typing. */
export function Combobox({ value, onChange, ...shared }: SingleProps) {
  const { items, root, popup, take } = useChoice(shared)
  return (
    <Base.Root
      {...root}
      value={items.find((item) => item.value === value) ?? null}
      onValueChange={(next) => {
        if (next !== null && !take(next)) onChange(next.value)
      }}
    >
      {popup}
    </Base.Root>
  )
}

type MultipleProps = Shared & {
  values: readonly string[]
  onChange: (values: string[]) => void
}

/** Any number of many, found by typing. It stays open while they are chosen. */
export function MultiCombobox({ values, onChange, ...shared }: MultipleProps) {
  const { items, root, popup, take } = useChoice(shared)
  const chosen = values.map(
    (value) => items.find((item) => item.value === value) ?? { value, label: value },
  )
  return (
    <Base.Root
      {...root}
      multiple
      value={chosen}
      onValueChange={(next) => {
        const made = next.find((item) => item.value === NEW)
        if (made === undefined || !take(made)) onChange(next.map((item) => item.value))
      }}
    >
      {popup}
    </Base.Root>
  )
}

/** The value of the option that makes another; ids and names are never empty. */
const NEW = ''

const isSame = (one: Option, other: Option) => one.value === other.value

function useChoice(props: Shared) {
  const { options, create, onSearch, open, onOpenChange } = props
  const { contains } = Base.useFilter({ sensitivity: 'base' })
  const [text, setText] = useState('')
  const typed = text.trim()
  const known = options.some((option) => isAlike(option.label, typed))
  const items =
    create !== undefined && typed !== '' && !known
      ? [...options, { value: NEW, label: create.label(typed) }]
      : options

  const matches = (item: Option, query: string) =>
    item.value === NEW || contains(item.label, query) || contains(item.detail ?? '', query)

  return {
    items,
    root: {
      items,
      filter: onSearch === undefined ? matches : null,
      autoHighlight: true,
      isItemEqualToValue: isSame,
      inputValue: text,
      onInputValueChange: (next: string, { reason }: { reason: string }) => {
        // What is chosen is shown by the button; the line is for looking alone.
        const asked = reason === 'input-change' ? next : ''
        setText(asked)
        onSearch?.(asked)
      },
      ...(open !== undefined && { open }),
      ...(onOpenChange !== undefined && { onOpenChange }),
    },
    popup: <ChoicePopup {...props} />,
    /** Whether it was the one that makes another. */
    take: (option: Option): boolean => {
      if (option.value !== NEW) return false
      create?.run(typed)
      setText('')
      return true
    },
  }
}

const isAlike = (one: string, other: string) =>
  one.localeCompare(other, undefined, { sensitivity: 'accent' }) === 0

function ChoicePopup({ trigger, label, placeholder, empty }: Shared) {
  return (
    <>
      <Base.Trigger aria-label={label} render={trigger} />
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={4} className="z-50 outline-none">
          <Base.Popup
            data-window
            aria-label={label}
            className="appears w-64 max-w-(--available-width) overflow-hidden rounded-lg border border-line bg-raised shadow-raised outline-none"
          >
            <Base.Input
              aria-label={label}
              placeholder={placeholder}
              className="block h-9 w-full border-b border-line bg-transparent px-3 text-base outline-none placeholder:text-faint sm:text-xs touch:h-12"
            />
            <Base.Empty className="px-3 py-3 text-xs text-faint empty:hidden">{empty}</Base.Empty>
            <Base.List className="max-h-[min(18rem,calc(var(--available-height)-3.5rem))] overflow-y-auto overscroll-contain p-1 empty:p-0">
              {(option: Option) => <Choice key={option.value} option={option} />}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </>
  )
}

function Choice({ option }: { option: Option }) {
  return (
    <Base.Item
      value={option}
      className="flex min-h-8 items-center gap-2 rounded-md px-2 text-xs outline-none select-none data-[highlighted]:bg-hover touch:min-h-11 touch:text-sm"
    >
      {option.value === NEW ? <Plus size={14} aria-hidden /> : option.icon}
      <span dir="auto" className="min-w-0 grow truncate">
        {option.label}
      </span>
      {option.detail !== undefined && (
        <span className="max-w-28 truncate text-2xs text-faint">{option.detail}</span>
      )}
      <span className="size-3.5 shrink-0 text-accent-ink">
        <Base.ItemIndicator>
          <Check size={14} aria-hidden />
        </Base.ItemIndicator>
      </span>
    </Base.Item>
  )
}

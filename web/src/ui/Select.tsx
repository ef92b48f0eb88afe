'use client'

import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import { classes } from './classes'

type SelectProps<V extends string> = {
  label: string
  value: V
  choices: readonly { value: V; label: string; lang?: string }[]
  onChange: (value: V) => void
  className?: string
}

/** One of several, in a list that opens. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { label, value, choices, onChange, className } = props
  return (
    <Base.Root
      items={choices}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next)
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={classes(
          'inline-flex h-8 items-center justify-between gap-2 rounded-md px-2.5 text-xs text-muted hover:bg-hover hover:text-ink touch:h-11',
          className,
        )}
      >
        <Base.Value />
        <ChevronsUpDown size={14} aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-50">
          <Base.Popup className="appears min-w-(--anchor-width) rounded-lg border border-line bg-raised p-1 shadow-raised outline-none">
            {choices.map((choice) => (
              <Base.Item
                key={choice.value}
                value={choice.value}
                lang={choice.lang}
                className="flex h-8 items-center gap-2 rounded-md px-2 text-xs outline-none data-[highlighted]:bg-hover touch:h-11"
              >
                <span className="size-3.5">
                  <Base.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{choice.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

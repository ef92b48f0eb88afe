'use client'

import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { classes } from './classes'

type MenuProps = {
  trigger: ReactElement
  align?: 'start' | 'end'
  /** Set where it was loaded because somebody wanted to see it. */
  defaultOpen?: boolean
  children: ReactNode
}

/** What can be done with a thing. */
export function Menu({ trigger, align = 'start', defaultOpen = false, children }: MenuProps) {
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className="appears max-h-(--available-height) max-w-80 min-w-52 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-raised outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

const itemClass =
  'flex h-8 items-center gap-2 rounded-md px-2 text-xs outline-none touch:h-11 touch:text-sm data-[highlighted]:bg-hover'

type MenuItemProps = {
  icon?: ReactNode
  /** At the end of the line, such as its keys. */
  end?: ReactNode
  danger?: boolean
  onSelect: () => void
  children: ReactNode
}

export function MenuItem({ icon, end, danger = false, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item onClick={onSelect} className={classes(itemClass, danger && 'text-danger')}>
      {icon}
      <span className="grow">{children}</span>
      {end}
    </Base.Item>
  )
}

type Choice<V extends string> = { value: V; label: string; icon?: ReactNode }
type MenuChoiceProps<V extends string> = {
  label: string
  value: V
  choices: readonly Choice<V>[]
  /** Set where the menu is done with once one is taken. */
  closes?: boolean
  onChange: (value: V) => void
}

/** One of a few, within a menu. */
export function MenuChoice<V extends string>(props: MenuChoiceProps<V>) {
  const { label, value, choices, closes = false, onChange } = props
  return (
    <Base.RadioGroup
      value={value}
      onValueChange={(next: unknown) => {
        const choice = choices.find((each) => each.value === next)
        if (choice !== undefined) onChange(choice.value)
      }}
    >
      <Base.Group>
        <Base.GroupLabel className="px-2 pt-2 pb-1 text-2xs text-faint">{label}</Base.GroupLabel>
        {choices.map((choice) => (
          <Base.RadioItem
            key={choice.value}
            value={choice.value}
            closeOnClick={closes}
            className={itemClass}
          >
            <span className="flex size-4 items-center justify-center">
              <Base.RadioItemIndicator className="size-1.5 rounded-full bg-accent-ink" />
            </span>
            {choice.icon}
            <span className="min-w-0 grow truncate">{choice.label}</span>
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  )
}

export function MenuSeparator() {
  return <div role="separator" className="my-1 h-px bg-line" />
}

import type { ComponentProps } from 'react'

type CheckboxProps = Omit<ComponentProps<'input'>, 'type'> & { label: string }

/** A choice of yes or no with its label. */
export function Checkbox({ label, ...input }: CheckboxProps) {
  return (
    <label className="flex min-h-6 items-center gap-2 text-sm text-ink touch:min-h-11">
      <input type="checkbox" className="size-4 accent-accent" {...input} />
      {label}
    </label>
  )
}

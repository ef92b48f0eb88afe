'use client'

import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'

type SegmentedProps<V extends string> = {
  label: string
  value: V
  choices: readonly { value: V; label: string }[]
  onChange: (value: V) => void
}

/** One of two to four that stand beside each other. */
export function Segmented<V extends string>({
  label,
  value,
  choices,
  onChange,
}: SegmentedProps<V>) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={onChange}
      className="inline-flex rounded-md bg-sunken p-0.5"
    >
      {choices.map((choice) => (
        <Radio.Root
          key={choice.value}
          value={choice.value}
          nativeButton
          render={<button type="button" />}
          className="h-7 rounded-sm px-2.5 text-xs text-muted hover:text-ink data-[checked]:bg-raised data-[checked]:font-medium data-[checked]:text-ink data-[checked]:ring-1 data-[checked]:ring-line touch:h-11"
        >
          {choice.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}

type NumberInputProps = {
  label: string
  /** Stands before it; else only a screen reader says what it is. */
  shown?: string
  value: number
  most: number
  onChange: (value: number) => void
}

/** A count from 1 on. While nothing that counts is typed the last one holds. */
export function NumberInput({ label, shown, value, most, onChange }: NumberInputProps) {
  return (
    <label className="flex items-center gap-2 text-xs text-muted">
      {shown}
      <input
        type="number"
        aria-label={label}
        min={1}
        max={most}
        defaultValue={value}
        onChange={({ target }) => {
          const count = target.valueAsNumber
          if (Number.isInteger(count) && count >= 1 && count <= most) onChange(count)
        }}
        className="h-8 w-16 rounded-md border border-line-strong bg-canvas px-2 text-base text-ink sm:text-xs touch:h-11"
      />
    </label>
  )
}

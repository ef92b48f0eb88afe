'use client'

import { useId, type ComponentProps, type ReactNode, type RefObject } from 'react'
import { classes } from './classes'

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  label: string
  hint?: string | undefined
  error?: string | undefined
  inputRef?: RefObject<HTMLInputElement | null>
  /** Stands at the end of the input, such as a button that shows a password. */
  end?: ReactNode
}

/** One line of text with its label, a hint, and what is wrong with it. */
export function Field({ label, hint, error, inputRef, end, className, ...input }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium text-ink">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          ref={inputRef}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          className={classes(
            'block h-10 w-full rounded-md border bg-raised px-3 text-base text-ink sm:text-sm touch:h-12',
            'placeholder:text-faint focus:border-focus focus:outline-1 focus:outline-offset-0 focus:outline-focus',
            error === undefined ? 'border-line-strong' : 'border-danger',
            end !== undefined && 'pe-11',
          )}
          {...input}
        />
        {end !== undefined && (
          <div className="absolute inset-y-0 end-1 flex items-center">{end}</div>
        )}
      </div>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={classes('mt-1.5 text-xs', error === undefined ? 'text-faint' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}

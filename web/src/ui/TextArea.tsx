import type { ComponentProps } from 'react'
import { classes } from './classes'

type TextAreaProps = Omit<ComponentProps<'textarea'>, 'value' | 'rows'> & {
  label: string
  value: string
}

/** Text of any number of lines, as high as what is in it: the letters behind it, which nobody sees, give the height. */
export function TextArea({ label, value, className, ...rest }: TextAreaProps) {
  const set = classes(
    'col-start-1 row-start-1 block w-full break-words whitespace-pre-wrap',
    className,
  )
  return (
    <div className="grid" dir="auto">
      <div aria-hidden className={classes(set, 'invisible')}>
        {`${value === '' ? (rest.placeholder ?? '') : value}\u200b`}
      </div>
      <textarea
        aria-label={label}
        value={value}
        rows={1}
        {...rest}
        className={classes(
          set,
          'resize-none overflow-hidden bg-transparent placeholder:text-faint',
        )}
      />
    </div>
  )
}

import type { ReactNode } from 'react'

type SettingProps = {
  label: string
  hint?: string | undefined
  /** The id of the control, where it is one that a label can name. */
  htmlFor?: string
  children: ReactNode
}

/** One thing that can be set: what it is, and on its other side what it is set to. */
export function Setting({ label, hint, htmlFor, children }: SettingProps) {
  const name = 'block text-sm font-medium'
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-line py-4 first-of-type:border-t-0 first-of-type:pt-0">
      <div className="min-w-48 flex-1 basis-56">
        {htmlFor === undefined ? (
          <p className={name}>{label}</p>
        ) : (
          <label htmlFor={htmlFor} className={name}>
            {label}
          </label>
        )}
        {hint !== undefined && <p className="mt-0.5 text-xs text-pretty text-faint">{hint}</p>}
      </div>
      <div className="flex shrink-0 items-center gap-2">{children}</div>
    </div>
  )
}

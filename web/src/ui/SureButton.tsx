'use client'

import { useState } from 'react'
import { Button } from './Button'

type SureButtonProps = {
  label: string
  /** What the second press says, such as “Revoke for good”. */
  sureLabel: string
  /** What it is done to; a screen reader says it, where it stands beside the button. */
  about: string
  onSure: () => void
}

/** For what nobody can take back: the first press asks, the second does it. It forgets when the focus goes. */
export function SureButton({ label, sureLabel, about, onSure }: SureButtonProps) {
  const [asked, setAsked] = useState(false)
  return (
    <Button
      look={asked ? 'danger' : 'secondary'}
      onBlur={() => setAsked(false)}
      onClick={() => {
        setAsked(!asked)
        if (asked) onSure()
      }}
    >
      <span aria-live="polite">{asked ? sureLabel : label}</span>
      <span className="sr-only">{about}</span>
    </Button>
  )
}

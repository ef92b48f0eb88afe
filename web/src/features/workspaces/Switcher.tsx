'use client'

import { lazy, Suspense, useState } from 'react'
import { useMembership } from './current'
import { SwitcherButton } from './SwitcherButton'

const SwitcherMenu = lazy(async () => ({ default: (await import('./SwitcherMenu')).SwitcherMenu }))

/** The workspace that is shown. The menu is loaded when it is first wanted, and opens then. */
export function Switcher() {
  const [asked, setAsked] = useState(false)
  const shown = useMembership()
  const button = (
    <SwitcherButton
      shown={shown}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setAsked(true)}
    />
  )
  if (!asked) return button
  return (
    <Suspense fallback={button}>
      <SwitcherMenu />
    </Suspense>
  )
}

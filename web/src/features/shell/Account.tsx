'use client'

import { lazy, Suspense, useState } from 'react'
import { useMe } from '../auth/session'
import { AccountButton } from './AccountButton'
import { useTheirLook } from '../settings/preferences'

const AccountMenu = lazy(async () => ({ default: (await import('./AccountMenu')).AccountMenu }))

/** Who is signed in. The menu is loaded when it is first wanted, and opens then. */
export function Account() {
  const { display_name: name } = useMe()
  const [asked, setAsked] = useState(false)
  useTheirLook()
  const button = (
    <AccountButton
      name={name}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setAsked(true)}
    />
  )
  if (!asked) return button
  return (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  )
}

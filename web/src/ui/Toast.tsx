'use client'

import { lazy, Suspense, useEffect, useState } from 'react'

export type Message = {
  title: string
  detail?: string
  /** Set where it tells of a failure: it is said at once, and stays longer. */
  urgent?: boolean
  /** Of the same topic only the last is shown. */
  topic?: string | undefined
  action?: { label: string; run: () => void }
}

const load = () => import('./ToastList')
const List = lazy(async () => ({ default: (await load()).ToastList }))

/** Says what has just happened, for a while; the action is most often to undo it. */
export function toast(message: Message): void {
  void load().then(({ show }) => show(message))
}

/** Where toasts appear. They are loaded once the page is there: nothing has happened before. */
export function Toasts({ closeLabel }: { closeLabel: string }) {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIdle(true))
    return () => clearTimeout(timer)
  }, [])
  return <Suspense>{idle && <List closeLabel={closeLabel} />}</Suspense>
}

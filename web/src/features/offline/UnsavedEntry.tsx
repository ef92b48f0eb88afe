'use client'

import { CircleAlert } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useConflicts, useRefused } from '@/sync'
import { toast } from '@/ui/Toast'
import { useCommands } from '../commands'
import { NavEntry } from '../shell/NavEntry'

/** How much waits for a decision. */
const useUndecided = () => useConflicts().length + useRefused().length

/** In the sidebar, as long as something waits for a decision. */
export function UnsavedEntry({ onFollow }: { onFollow?: () => void }) {
  const t = useTranslations('offline')
  const count = useUndecided()
  if (count === 0) return null
  return (
    <NavEntry
      href="/conflicts"
      icon={<CircleAlert size={16} aria-hidden className="text-warning" />}
      count={count}
      urgent
      onFollow={onFollow}
    >
      {t('title')}
    </NavEntry>
  )
}

/** Tells of a conflict when it happens, and leads to all of them. */
export function UnsavedNotice() {
  const t = useTranslations('offline')
  const router = useRouter()
  const conflicts = useConflicts().length
  const told = useRef(conflicts)
  const look = () => router.push('/conflicts')
  useCommands([{ id: 'go.unsaved', group: 'go', label: t('title'), keys: 'g w', run: look }])
  useEffect(() => {
    const more = conflicts > told.current
    told.current = conflicts
    if (more) {
      const run = () => router.push('/conflicts')
      toast({ title: t('happened'), urgent: true, action: { label: t('look'), run } })
    }
  }, [conflicts, router, t])
  return null
}

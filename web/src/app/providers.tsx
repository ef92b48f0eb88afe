'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { usePathname } from 'next/navigation'
import { Suspense, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { ShellSkeleton } from '@/features/shell/ShellSkeleton'
import { Language } from '@/i18n/Language'
import { beside } from '@/lib/beside'
import { Toasts } from '@/ui/Toast'
import { Tooltips } from '@/ui/Tooltips'

const Queries = beside(async () => (await import('@/api/Queries')).Queries)

/** Pages without the sidebar. */
const bare = ['/sign-in', '/register']

/** What is around every page. */
export function Providers({ children }: { children: ReactNode }) {
  const skeleton = bare.includes(usePathname()) ? null : <ShellSkeleton />
  return (
    // The policy allows no style elements; our own style sheet has what they would say.
    <CSPProvider disableStyleElements>
      <Language fallback={skeleton}>
        <Suspense fallback={skeleton}>
          <Queries>{children}</Queries>
        </Suspense>
        <Tooltips />
        <Translated />
      </Language>
    </CSPProvider>
  )
}

function Translated() {
  const t = useTranslations('shell')
  return <Toasts closeLabel={t('dismiss')} />
}

'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClientProvider } from '@tanstack/react-query'
import { usePathname } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { makeQueryClient } from '@/api/queries'
import { ShellSkeleton } from '@/features/shell/ShellSkeleton'
import { Language } from '@/i18n/Language'
import { Toasts } from '@/ui/Toast'

/** Pages without the sidebar. */
const bare = ['/sign-in', '/register']

/** What is around every page. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeQueryClient)
  const pathname = usePathname()
  return (
    // The policy allows no style elements; our own style sheet has what they would say.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <Language fallback={bare.includes(pathname) ? null : <ShellSkeleton />}>
          <Tooltip.Provider delay={500}>
            <Translated>{children}</Translated>
          </Tooltip.Provider>
        </Language>
      </QueryClientProvider>
    </CSPProvider>
  )
}

function Translated({ children }: { children: ReactNode }) {
  const t = useTranslations('shell')
  return <Toasts closeLabel={t('dismiss')}>{children}</Toasts>
}

'use client'

import { Plus, Settings2, Users } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '@/ui/Menu'
import { pathIn } from './addressed'
import { choose } from './chosen'
import { useMembership, useMemberships, useWorkspace } from './current'
import { SwitcherButton } from './SwitcherButton'
import { useWorkspaceName } from './useWorkspaceName'
import { WorkspaceMark } from './WorkspaceMark'

const NewWorkspace = lazy(async () => ({ default: (await import('./NewWorkspace')).NewWorkspace }))

/** The workspaces of whoever is signed in, and what can be done with the one that is shown. */
export function SwitcherMenu() {
  const t = useTranslations('workspaces')
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const nameOf = useWorkspaceName()
  const [naming, setNaming] = useState(false)
  const asked = useOnceTrue(naming)
  return (
    <>
      <Menu defaultOpen trigger={<SwitcherButton shown={useMembership()} />}>
        <MenuChoice
          label={t('title')}
          value={useWorkspace()}
          closes
          choices={useMemberships().map((each) => ({
            value: each.workspace_id,
            label: nameOf(each),
            icon: <WorkspaceMark name={nameOf(each)} />,
          }))}
          onChange={(workspace) => {
            choose(workspace)
            // What the address names is of the workspace that is left.
            router.push(pathIn(pathname, search))
          }}
        />
        <MenuSeparator />
        <MenuItem icon={<Users size={14} aria-hidden />} onSelect={() => router.push('/members')}>
          {t('members')}
        </MenuItem>
        <MenuItem
          icon={<Settings2 size={14} aria-hidden />}
          onSelect={() => router.push('/settings?section=workspace')}
        >
          {t('manage')}
        </MenuItem>
        <MenuItem icon={<Plus size={14} aria-hidden />} onSelect={() => setNaming(true)}>
          {t('new')}
        </MenuItem>
      </Menu>
      {asked && (
        <Suspense>
          <NewWorkspace open={naming} onOpenChange={setNaming} />
        </Suspense>
      )}
    </>
  )
}

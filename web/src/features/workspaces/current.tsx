'use client'

import { useSearchParams, usePathname } from 'next/navigation'
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
import type { Membership } from '@/api/types'
import { useWorkspaceOf, useWorkspaces } from '@/sync'
import { useMe } from '../auth/session'
import { addressed } from './addressed'
import { choose, chosen, watchChosen } from './chosen'

const Context = createContext<string | null>(null)

/** The workspace that is shown. */
export function useWorkspace(): string {
  const workspace = useContext(Context)
  if (workspace === null) throw new Error('no workspace is shown around this component')
  return workspace
}

/** The workspaces that can be shown, with what one may do there: one's own first, then by name. */
export function useMemberships(): readonly Membership[] {
  const all = useWorkspaces()
  return useMemo(
    () =>
      (all ?? [])
        .filter((each) => !each.deleted_at)
        .toSorted(
          (one, other) =>
            Number(other.personal) - Number(one.personal) || one.name.localeCompare(other.name),
        ),
    [all],
  )
}

/** The workspace that is shown, with what one may do there; undefined until it is known. */
export function useMembership(): Membership | undefined {
  const workspace = useWorkspace()
  return useMemberships().find((each) => each.workspace_id === workspace)
}

/**
 * Shows one workspace to the pages below: that of the task, list or filter that the address names, else the one that
 * was chosen last on this device, as long as one is a member of it.
 */
export function ShownWorkspace({ children }: { children: ReactNode }) {
  const { personal_workspace_id: own } = useMe()
  const pathname = usePathname()
  const search = useSearchParams()
  const named = useWorkspaceOf(useMemo(() => addressed(pathname, search), [pathname, search]))
  const last = useSyncExternalStore(watchChosen, chosen, () => null)
  const mine = useMemberships()
  const mayShow = mine.some((each) => each.workspace_id === last)
  useEffect(() => {
    if (named !== undefined) choose(named)
  }, [named])
  return <Context value={named ?? (mayShow ? last : null) ?? own}>{children}</Context>
}

'use client'

import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { SignedIn } from '../auth/SignedIn'
import { Commands } from '../commands/Commands'
import { AppKeeper } from '../offline/AppKeeper'
import { NewerBuild } from '../offline/NewerBuild'
import { UnsavedNotice } from '../offline/UnsavedEntry'
import { UndoCommands } from '../commands/UndoCommands'
import { PaletteHost } from '../palette/PaletteHost'
import { QuickAdd } from '../quick-add/QuickAdd'
import { TaskCommands } from '../selection/TaskCommands'
import { TaskPanel } from '../task-panel/TaskPanel'
import { TasksSkeleton } from '../tasks/Page'
import { Past } from '../time/Past'
import { ShownWorkspace } from '../workspaces/current'
import { Switcher } from '../workspaces/Switcher'
import { Account } from './Account'
import { BottomBar } from './BottomBar'
import { ConnectionState } from './ConnectionState'
import { Replica } from './Replica'
import { ShellSkeleton } from './ShellSkeleton'
import { Sidebar } from './Sidebar'
import { ViewCommands } from './ViewCommands'

const Browse = lazy(async () => ({ default: (await import('./Browse')).Browse }))

const Tell = lazy(async () => ({ default: (await import('../presence/Tell')).Tell }))

/** The app around each page: sidebar, or on phones the bar at the bottom. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <SignedIn fallback={<ShellSkeleton />}>
      <Replica fallback={<ShellSkeleton />}>
        <ShownWorkspace>
          <QuickAdd>
            <Frame>{children}</Frame>
          </QuickAdd>
        </ShownWorkspace>
      </Replica>
    </SignedIn>
  )
}

function Frame({ children }: { children: ReactNode }) {
  const t = useTranslations('shell')
  const [browsing, setBrowsing] = useState(false)
  const asked = useOnceTrue(browsing)
  return (
    <div className="flex h-dvh">
      <a
        href="#page-scroller"
        className="absolute start-2 top-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 text-on-accent focus-visible:translate-y-0"
      >
        {t('skip')}
      </a>
      <aside className="flex w-60 shrink-0 flex-col border-e border-line bg-sidebar max-sm:hidden">
        <Sidebar />
      </aside>
      <main id="page-scroller" tabIndex={-1} className="relative grow overflow-y-auto outline-none">
        <div className="flex items-center gap-2 px-3 pt-3 sm:hidden">
          <Switcher />
          <div className="ms-auto flex items-center gap-2">
            <NewerBuild />
            <ConnectionState />
          </div>
          <Account />
        </div>
        <Suspense fallback={<TasksSkeleton />}>
          <Past>{children}</Past>
        </Suspense>
      </main>
      <TaskPanel />
      <Commands />
      <PaletteHost />
      <UndoCommands />
      <TaskCommands />
      <ViewCommands />
      <UnsavedNotice />
      <AppKeeper />
      <Suspense>
        <Tell />
      </Suspense>
      <BottomBar onBrowse={() => setBrowsing(true)} />
      {asked && (
        <Suspense>
          <Browse open={browsing} onOpenChange={setBrowsing} />
        </Suspense>
      )}
    </div>
  )
}

'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Membership } from '@/api/types'
import { useWorkspaces } from '@/sync'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Skeleton } from '@/ui/Skeleton'
import { useMembership } from '../workspaces/current'
import { useWorkspaceActions } from '../workspaces/useWorkspaceActions'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'
import { WorkspaceMark } from '../workspaces/WorkspaceMark'
import { Setting } from './Setting'

/** The workspace that is shown, and those in the trash. */
export function WorkspaceSection() {
  const shown = useMembership()
  if (shown === undefined) return <Skeleton className="h-24 w-full" />
  return (
    <>
      <Shown key={shown.workspace_id} shown={shown} />
      <Trashed />
    </>
  )
}

function Shown({ shown }: { shown: Membership }) {
  const t = useTranslations('settings')
  const nameOf = useWorkspaceName()
  const { rename, remove } = useWorkspaceActions()
  const kept = nameOf(shown)
  const [name, setName] = useState(kept)
  const next = name.trim()
  if (shown.role !== 'owner') return <p className="text-sm text-muted">{t('owners_only')}</p>
  return (
    <>
      <form
        className="mb-6"
        onSubmit={(event) => {
          event.preventDefault()
          if (next !== '' && next !== kept) rename.mutate({ workspace: shown, name: next })
        }}
      >
        <Field
          label={t('workspace_name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="off"
          required
          maxLength={200}
          className="mb-4 max-w-sm"
        />
        <Button
          type="submit"
          look="primary"
          disabled={next === '' || next === kept || rename.isPending}
        >
          {t('save')}
        </Button>
      </form>
      {shown.personal ? (
        <p className="border-t border-line pt-4 text-xs text-faint">{t('workspace_personal')}</p>
      ) : (
        <div className="border-t border-line pt-4">
          <Setting label={t('workspace_members')} hint={t('workspace_members_hint')}>
            <Link href="/members" className="text-xs font-medium text-accent-ink hover:underline">
              {t('workspace_members_open')}
            </Link>
          </Setting>
          <Setting label={t('workspace_delete')} hint={t('workspace_delete_hint')}>
            <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate(shown)}>
              {t('workspace_delete_do')}
            </Button>
          </Setting>
        </div>
      )}
    </>
  )
}

function Trashed() {
  const t = useTranslations('settings')
  const { restore } = useWorkspaceActions()
  const gone = useWorkspaces()?.filter((each) => each.deleted_at && each.role === 'owner') ?? []
  if (gone.length === 0) return null
  return (
    <section aria-labelledby="trashed" className="mt-8">
      <h3 id="trashed" className="mb-2 text-sm font-medium">
        {t('workspaces_trashed')}
      </h3>
      <ul className="divide-y divide-line border-y border-line">
        {gone.map((each) => (
          <li key={each.workspace_id} className="flex min-h-12 items-center gap-3 py-1.5">
            <WorkspaceMark name={each.name} />
            <span className="min-w-0 grow truncate">{each.name}</span>
            <Button disabled={restore.isPending} onClick={() => restore.mutate(each)}>
              {t('workspace_restore')}
              <span className="sr-only">{each.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

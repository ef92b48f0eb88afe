'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { textOf } from '../auth/form'
import { choose } from './chosen'
import { useWorkspaceActions } from './useWorkspaceActions'

type NewWorkspaceProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** Makes a workspace to share. It is shown as soon as it is there, with its members, to ask others in. */
export function NewWorkspace({ open, onOpenChange }: NewWorkspaceProps) {
  const t = useTranslations('workspaces')
  const shell = useTranslations('shell')
  const router = useRouter()
  const { create } = useWorkspaceActions()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('new')} closeLabel={shell('dismiss')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const name = textOf(new FormData(event.currentTarget), 'name').trim()
          if (name === '') return
          onOpenChange(false)
          create.mutate(name, {
            onSuccess: (workspace) => {
              choose(workspace)
              router.push('/members')
            },
          })
        }}
      >
        <Field
          label={t('name')}
          name="name"
          hint={t('name_hint')}
          required
          maxLength={200}
          autoComplete="off"
          autoFocus
        />
        <div className="mt-4 flex justify-end">
          <Button type="submit" look="primary">
            {t('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

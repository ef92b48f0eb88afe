import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { Membership } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { toast } from '@/ui/Toast'

const path = (workspace_id: string) => ({ params: { path: { workspace_id } } })

/** What is done to workspaces as a whole. The replica hears of it from the server. */
export function useWorkspaceActions() {
  const t = useTranslations('workspaces')
  const problemText = useProblemText()
  const onError = (error: unknown) =>
    toast({ title: t('not_saved'), detail: problemText(error), urgent: true })

  const create = useMutation({
    mutationFn: async (name: string) => {
      const made = await data(api.POST('/api/v1/workspaces', { body: { name } }))
      return made.id ?? ''
    },
    onSuccess: (_, name) => toast({ title: t('created', { name }) }),
    onError,
  })
  const restore = useMutation({
    mutationFn: ({ workspace_id: id }: Membership) =>
      api.POST('/api/v1/workspaces/{workspace_id}/restore', path(id)),
    onSuccess: (_, { name }) => toast({ title: t('restored', { name }) }),
    onError,
  })
  const remove = useMutation({
    mutationFn: ({ workspace_id: id }: Membership) =>
      api.DELETE('/api/v1/workspaces/{workspace_id}', path(id)),
    onSuccess: (_, workspace) =>
      toast({
        title: t('deleted', { name: workspace.name }),
        action: { label: t('undo'), run: () => restore.mutate(workspace) },
      }),
    onError,
  })
  const rename = useMutation({
    mutationFn: ({ workspace, name }: { workspace: Membership; name: string }) =>
      api.PATCH('/api/v1/workspaces/{workspace_id}', {
        ...path(workspace.workspace_id),
        body: { name },
      }),
    onSuccess: (_, { workspace, name }) =>
      toast({
        title: t('renamed', { name }),
        action: {
          label: t('undo'),
          run: () => rename.mutate({ workspace: { ...workspace, name }, name: workspace.name }),
        },
      }),
    onError,
  })
  return { create, rename, remove, restore }
}

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { useProblemText } from '@/api/useProblemText'
import { dayAt } from '@/lib/days'
import { useSync } from '@/sync'
import { toast } from '@/ui/Toast'
import { useMe } from '../auth/session'
import { choose, chosen } from '../workspaces/chosen'
import { makeSample } from './sample'

/** Makes a workspace with sample tasks, apart from one's own, and shows it. */
export function useSample() {
  const t = useTranslations('start')
  const sync = useSync()
  const router = useRouter()
  const { time_zone: zone, personal_workspace_id: own } = useMe()
  const problemText = useProblemText()

  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const body = { name: t('workspace') }
      const { id } = await data(api.POST('/api/v1/workspaces', { body }))
      return id ?? ''
    },
    onSuccess: (id) => {
      const before = chosen() ?? own
      makeSample(sync, id, (name) => t(`words.${name}`), dayAt(Date.now(), zone))
      choose(id)
      router.push('/inbox')
      const run = () => {
        choose(before)
        const path = { workspace_id: id }
        void api
          .DELETE('/api/v1/workspaces/{workspace_id}', { params: { path } })
          .catch((error: unknown) => toast({ title: t('not_removed'), detail: problemText(error) }))
      }
      toast({ title: t('made'), detail: t('made_more'), action: { label: t('undo'), run } })
    },
    onError: (error) => toast({ title: t('not_made'), detail: problemText(error), urgent: true }),
  })
  return { make: () => mutate(), making: isPending }
}

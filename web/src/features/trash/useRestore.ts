import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'
import { rootsOf, withThing, type Group, type Thing } from './groups'

/** One stay in the trash: what is deleted again later is another one. */
const stay = (group: Group, thing: Thing) => `${thing.id} ${group.at}`

/** Takes things out of the trash: they are not shown there from the moment that it was asked for. */
export function useRestore(workspace: string) {
  const t = useTranslations('trash')
  const sync = useSync()
  const problemText = useProblemText()
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())

  const hide = (stays: readonly string[]) => setGone((before) => new Set([...before, ...stays]))
  const show = (stays: readonly string[]) =>
    setGone((before) => new Set([...before].filter((each) => !stays.includes(each))))

  const follow = (doings: readonly Doing[], stays: readonly string[], title: string) => {
    hide(stays)
    for (const { outcome } of doings) {
      void outcome.then((came) => {
        if (came.is !== 'refused') return
        show(stays)
        const detail = problemText(new ProblemError(came.problem))
        toast({ title: t('not_restored'), detail, urgent: true })
      })
    }
    const run = () => {
      for (const { entry } of doings.toReversed()) sync.undo({ entry }, workspace)
      show(stays)
    }
    toast({ title, action: { label: t('undo'), run } })
  }

  const restore = (group: Group, thing: Thing) => {
    const back = withThing(group, thing).map((each) => stay(group, each))
    if (thing.kind === 'list') {
      const doing = sync.restoreList(thing.id, workspace)
      follow([doing], back, t('restored', { name: thing.list.name }))
    } else {
      const doing = sync.restore(thing.id, workspace)
      follow([doing], back, t('restored', { name: thing.task.title }))
    }
  }
  const restoreAll = (group: Group) => {
    const commands = rootsOf(group).map((thing) =>
      thing.kind === 'list'
        ? ({ command: 'restore_list', list_id: thing.id } as const)
        : ({ command: 'restore_task', task_id: thing.id } as const),
    )
    const back = group.things.map((each) => stay(group, each))
    follow(sync.bulk(commands, workspace), back, t('restored_all', { count: back.length }))
  }
  const isGone = (group: Group, thing: Thing) => gone.has(stay(group, thing))
  return { restore, restoreAll, isGone }
}

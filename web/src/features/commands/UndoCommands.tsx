'use client'

import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Command, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'
import { useCommandWords } from '../offline/useCommandWords'
import { useWorkspace } from '../workspaces/current'
import { useCommands } from './useCommands'

/** Takes back what was done last, whatever it was, and brings it back: also what was done before this page was opened. */
export function UndoCommands() {
  const t = useTranslations('commands')
  const sync = useSync()
  const workspace = useWorkspace()
  const wordsOf = useCommandWords()
  const problemText = useProblemText()

  const tellRefusal = (outcomes: readonly Doing['outcome'][], title: string) => {
    for (const outcome of outcomes)
      void outcome.then((came) => {
        if (came.is !== 'refused') return
        const detail = problemText(new ProblemError(came.problem))
        toast({ title, detail, urgent: true, topic: 'undo' })
      })
  }
  const said = (commands: readonly Command[]) => {
    const [first] = commands
    return first === undefined ? '' : wordsOf(first)
  }
  /** What the server knows of earlier days: only while it can be seen what it does. */
  const earlier = (ask: () => Doing, title: string, failed: string) => {
    if (sync.connection().link !== 'live') {
      toast({ title: t('nothing_here'), topic: 'undo' })
      return
    }
    const { outcome } = ask()
    tellRefusal([outcome], failed)
    void outcome.then(({ is }) => {
      if (is === 'done') toast({ title, topic: 'undo' })
    })
  }

  const undo = () => {
    const went = sync.undoLast()
    if (went === undefined) {
      earlier(() => sync.undo({}, workspace), t('undone_earlier'), t('not_undone'))
      return
    }
    // What it was about is there again by now.
    const title = t('undone', { what: said(went.commands) })
    toast({ title, topic: 'undo', action: { label: t('redo'), run: redo } })
    tellRefusal(went.outcomes, t('not_undone'))
  }
  const redo = () => {
    const went = sync.redoLast()
    if (went === undefined) {
      earlier(() => sync.redo(undefined, workspace), t('redone_earlier'), t('not_redone'))
      return
    }
    const title = t('redone', { what: said(went.commands) })
    toast({ title, topic: 'undo', action: { label: t('undo'), run: undo } })
    tellRefusal(went.outcomes, t('not_redone'))
  }

  useCommands([
    { id: 'undo', group: 'history', label: t('undo'), keys: 'mod+z', run: undo },
    { id: 'redo', group: 'history', label: t('redo'), keys: ['mod+shift+z', 'mod+y'], run: redo },
  ])
  return null
}

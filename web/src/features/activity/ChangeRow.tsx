import { Redo2, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useId, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useDayNames } from '@/lib/useDayNames'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { useMe } from '../auth/session'
import { ChangeIcon } from '../history/ChangeIcon'
import { ChangeWords } from '../history/ChangeWords'
import { isUndoable, type Change } from '../history/changes'
import { phrasesOf, shownFields } from '../history/deeds'
import { FieldLine } from '../history/FieldLine'
import { useTaskHref } from '../tasks/useTaskHref'

type ChangeRowProps = { change: Change; onUndo: () => void; onRedo: () => void }

/** One change: what, by whom, when, and the way back. */
export function ChangeRow({ change, onUndo, onRedo }: ChangeRowProps) {
  const t = useTranslations('activity')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const id = useId()
  const phrases = phrasesOf(change.events)
  const [first] = phrases
  if (first === undefined) return null
  const undone = change.undoneBy !== null
  const words = <ChangeWords phrases={phrases} />
  return (
    <li className="group/change relative flex gap-3 rounded-md px-2 py-1.5 hover:bg-hover">
      <ChangeIcon deed={first.deed} undoes={change.undoes !== null} faint={undone} />
      <div className="min-w-0 grow sm:flex sm:gap-4">
        <div className="min-w-0 grow">
          <p
            id={id}
            className={classes(
              'min-h-6 pt-0.5 text-sm text-muted',
              undone && 'line-through decoration-line-strong [&_bdi]:text-faint',
            )}
          >
            {change.undoes !== null && <span>{t('undid')} </span>}
            <Linked change={change}>{words}</Linked>
          </p>
          <Details change={change} />
        </div>
        <p className="text-2xs text-faint sm:shrink-0 sm:pt-1">
          {change.actorName !== null && <bdi>{change.actorName} · </bdi>}
          <time dateTime={change.at}>{names.time(Date.parse(change.at), zone)}</time>
          {undone && <span className="font-medium text-muted"> · {t('undone')}</span>}
        </p>
      </div>
      <Back change={change} words={id} onUndo={onUndo} onRedo={onRedo} />
    </li>
  )
}

/** A change of one task leads to that task. */
function Linked({ change, children }: { change: Change; children: ReactNode }) {
  const hrefOf = useTaskHref()
  const tasks = new Set(change.events.map((event) => event.task_id))
  const [only] = tasks
  if (tasks.size !== 1 || only === null || only === undefined) return children
  return (
    <Link href={hrefOf(only)} scroll={false} className="hover:underline">
      {children}
    </Link>
  )
}

/** How much of a change of many things is told. */
const MOST = 4

function Details({ change }: { change: Change }) {
  const made = change.events.some((event) => event.type.endsWith('.created'))
  if (made || change.undoes !== null) return null
  const several = new Set(change.events.map((event) => event.stream_id)).size > 1
  if (several) return null
  const fields = change.events.flatMap(shownFields).slice(0, MOST)
  if (fields.length === 0) return null
  return (
    <dl className="mt-0.5 line-clamp-4 flex flex-col gap-0.5">
      {fields.map((field) => (
        <FieldLine key={field.field} change={field} />
      ))}
    </dl>
  )
}

type BackProps = ChangeRowProps & {
  /** The id of the words that say what it takes back. */
  words: string
}

function Back({ change, words, onUndo, onRedo }: BackProps) {
  const t = useTranslations('activity')
  const isUndo = change.undoes !== null
  // The change that an undo took back offers to bring it back; so does the undo while it stands.
  const redo = isUndo ? change.undoneBy === null : change.undoneBy !== null
  if (!redo && (isUndo || !isUndoable(change))) return null
  return (
    <Button
      look="quiet"
      aria-describedby={words}
      onClick={redo ? onRedo : onUndo}
      className={classes(
        '-my-1 self-start sm:w-24',
        !redo &&
          'opacity-0 group-hover/change:opacity-100 focus-visible:opacity-100 touch:opacity-100',
      )}
    >
      {redo ? <Redo2 size={14} aria-hidden /> : <Undo2 size={14} aria-hidden />}
      <span className="max-sm:sr-only">{redo ? t('redo') : t('undo')}</span>
    </Button>
  )
}

'use client'

import Link from 'next/link'
import { useId } from 'react'
import { useTranslations } from 'use-intl'
import { useSync, type Conflict } from '@/sync'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { toast } from '@/ui/Toast'
import { useTaskHref } from '../tasks/useTaskHref'
import { Card, type Settle } from './Card'
import { useFieldWords } from './useFieldWords'

type ConflictCardProps = { conflict: Conflict; settle: Settle }

/** One field that two people changed: either value is kept by one press. */
export function ConflictCard({ conflict, settle }: ConflictCardProps) {
  const t = useTranslations('offline')
  const sync = useSync()
  const hrefOf = useTaskHref()
  const { name, value } = useFieldWords()
  const { id, key, field, base, mine, theirs, title, at } = conflict
  const keep = (which: 'mine' | 'theirs') => {
    const run = sync.resolve(id, which)
    toast({ title: t(`kept.${which}`, { title }), action: { label: t('undo'), run } })
  }
  const [kind, subject = ''] = key.split('/')
  const words = (whose: unknown) => value(field, whose)
  return (
    <Card
      title={
        kind === 'task' && field !== 'deleted' ? (
          <Link href={hrefOf(subject)} scroll={false} className="hover:underline">
            {title}
          </Link>
        ) : (
          title
        )
      }
      at={at}
    >
      <p className="mb-2 text-xs text-muted">
        {field === 'deleted' ? t('deleted_meanwhile') : name(field)}
        {field !== 'deleted' && (
          <span className="ms-2 text-faint">{t('before', { value: words(base) })}</span>
        )}
      </p>
      <div className="grid gap-2 sm:grid-cols-2">
        <Side
          label={t('mine')}
          words={words(mine)}
          action={t('keep_mine')}
          onKeep={() => settle(() => keep('mine'))}
        />
        <Side
          label={t('theirs')}
          words={field === 'deleted' ? t('in_trash') : words(theirs)}
          action={t('keep_theirs')}
          onKeep={() => settle(() => keep('theirs'))}
          shown
        />
      </div>
    </Card>
  )
}

type SideProps = {
  label: string
  words: string
  action: string
  onKeep: () => void
  /** It is what everybody sees now. */
  shown?: boolean
}

function Side({ label, words, action, onKeep, shown = false }: SideProps) {
  const id = useId()
  return (
    <div
      className={classes(
        'flex flex-col gap-2 rounded-md border p-3',
        shown ? 'border-line bg-sunken' : 'border-dashed border-line-strong',
      )}
    >
      <p className="text-2xs text-muted">{label}</p>
      <p
        id={id}
        dir="auto"
        className="max-h-48 grow overflow-y-auto text-sm whitespace-pre-wrap wrap-anywhere"
      >
        {words}
      </p>
      <Button aria-describedby={id} onClick={onKeep} className="self-start">
        {action}
      </Button>
    </div>
  )
}

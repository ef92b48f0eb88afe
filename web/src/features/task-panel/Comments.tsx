import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useFormatter, useTranslations } from 'use-intl'
import type { Comment, Task } from '@/api/types'
import { splitMentions } from '@/lib/mentions'
import { useNow } from '@/lib/useNow'
import { useComments, useConnection, useMembers, useOutbox } from '@/sync'
import { Avatar } from '@/ui/Avatar'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem } from '@/ui/Menu'
import { Skeleton } from '@/ui/Skeleton'
import { useMe } from '../auth/session'
import { CommentForm } from './CommentForm'
import { Section } from './Section'
import { usePanelActions } from './usePanelActions'

const Markdown = lazy(async () => ({ default: (await import('@/ui/Markdown')).Markdown }))

type CommentsProps = { task: Task; mayComment: boolean }

/** What was said about the task, oldest first. */
export function Comments({ task, mayComment }: CommentsProps) {
  const t = useTranslations('panel')
  const comments = useComments(task.task_id, task.workspace_id)
  const { link } = useConnection()
  const { addComment } = usePanelActions(task)
  return (
    <Section
      title={t('comments.title')}
      count={task.comments > 0 ? String(task.comments) : undefined}
    >
      {comments === undefined && task.comments > 0 && link === 'offline' && (
        <p className="py-2 text-xs text-muted">{t('comments.offline')}</p>
      )}
      {comments === undefined && task.comments > 0 && link !== 'offline' && (
        <div className="flex gap-2.5 py-2" aria-hidden>
          <Skeleton className="size-6 rounded-full" />
          <Skeleton className="mt-1.5 h-3 w-3/5" />
        </div>
      )}
      <ul aria-label={t('comments.title')}>
        {comments?.map((comment) => (
          <Said key={comment.comment_id} comment={comment} task={task} />
        ))}
      </ul>
      {mayComment && (
        <div className="mt-2">
          <CommentForm
            field="comment"
            workspace={task.workspace_id}
            label={t('comments.add')}
            send={t('comments.send')}
            onSend={addComment}
          />
        </div>
      )}
    </Section>
  )
}

function Said({ comment, task }: { comment: Comment; task: Task }) {
  const t = useTranslations('panel')
  const format = useFormatter()
  const now = useNow()
  const { user_id: me } = useMe()
  const members = useMembers(task.workspace_id)
  const waits = useOutbox().some(({ entry }) => entry === comment.comment_id)
  const { editComment } = usePanelActions(task)
  const [editing, setEditing] = useState(false)
  const author = members.find((member) => member.user_id === comment.author_id)
  const name = author?.display_name ?? comment.author_name ?? t('former_member')
  const written = Date.parse(comment.created_at)
  return (
    <li className="group/said flex gap-2.5 py-2">
      <Avatar name={name} decorative />
      <div className="min-w-0 grow">
        <p className="flex min-h-6 items-center gap-2 text-xs">
          <span className="truncate font-medium" dir="auto">
            {name}
          </span>
          <time
            dateTime={comment.created_at}
            title={format.dateTime(written, { dateStyle: 'full', timeStyle: 'short' })}
            className="shrink-0 text-2xs text-faint"
          >
            {waits ? t('comments.waits') : format.relativeTime(written, Math.max(now, written))}
          </time>
          {comment.edited_at && <span className="text-2xs text-faint">{t('comments.edited')}</span>}
          {comment.author_id === me && !waits && !editing && (
            <span className="ms-auto touch:-my-2.5 opacity-0 group-hover/said:opacity-100 has-[:focus-visible]:opacity-100 has-[[data-popup-open]]:opacity-100 touch:opacity-100">
              <CommentMenu comment={comment} task={task} onEdit={() => setEditing(true)} />
            </span>
          )}
        </p>
        {editing ? (
          <CommentForm
            autoFocus
            workspace={task.workspace_id}
            label={t('comments.edit')}
            send={t('comments.save')}
            text={comment.body}
            onSend={(body) => {
              setEditing(false)
              if (body !== comment.body) editComment(comment.comment_id, body)
            }}
            onCancel={() => setEditing(false)}
          />
        ) : (
          <Suspense fallback={<p className="whitespace-pre-wrap">{comment.body}</p>}>
            <Markdown text={comment.body} words={withMentions(members)} />
          </Suspense>
        )}
      </div>
    </li>
  )
}

function withMentions(members: ReturnType<typeof useMembers>) {
  const names = members.flatMap(({ display_name }) => (display_name ? [display_name] : []))
  const shown = (text: string): ReactNode =>
    splitMentions(text, names).map(({ text: piece, mentions }, at) =>
      mentions ? (
        <span key={at} className="rounded-sm bg-selected px-0.5 font-medium text-accent-ink">
          {piece}
        </span>
      ) : (
        piece
      ),
    )
  return shown
}

type CommentMenuProps = { comment: Comment; task: Task; onEdit: () => void }

function CommentMenu({ comment, task, onEdit }: CommentMenuProps) {
  const t = useTranslations('panel')
  const { removeComment } = usePanelActions(task)
  return (
    <Menu
      align="end"
      trigger={<IconButton label={t('comments.more')} icon={<Ellipsis size={15} aria-hidden />} />}
    >
      <MenuItem icon={<Pencil size={14} aria-hidden />} onSelect={onEdit}>
        {t('comments.edit')}
      </MenuItem>
      <MenuItem
        danger
        icon={<Trash2 size={14} aria-hidden />}
        onSelect={() => removeComment(comment.comment_id)}
      >
        {t('comments.remove')}
      </MenuItem>
    </Menu>
  )
}

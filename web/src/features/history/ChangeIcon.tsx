import {
  Archive,
  ArchiveRestore,
  Check,
  CornerUpLeft,
  Filter,
  MessageSquare,
  MoveRight,
  Pencil,
  Plus,
  RotateCcw,
  Trash2,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { classes } from '@/ui/classes'
import type { Deed } from './deeds'

type Look = { icon: LucideIcon; colour: string }

const plain = 'text-muted'
const edited: Look = { icon: Pencil, colour: plain }
const moved: Look = { icon: MoveRight, colour: plain }
const added: Look = { icon: Plus, colour: 'text-accent-ink' }
const deleted: Look = { icon: Trash2, colour: 'text-danger' }
const restored: Look = { icon: RotateCcw, colour: 'text-ok' }
const said: Look = { icon: MessageSquare, colour: 'text-low' }
const people: Look = { icon: Users, colour: 'text-high' }
const filtered: Look = { icon: Filter, colour: plain }

const looks: Record<Deed, Look> = {
  task_created: added,
  task_updated: edited,
  task_moved: moved,
  task_completed: { icon: Check, colour: 'text-ok' },
  task_reopened: { icon: CornerUpLeft, colour: 'text-medium' },
  task_deleted: deleted,
  task_restored: restored,
  task_commented: said,
  task_comment_edited: said,
  task_comment_deleted: said,
  list_created: added,
  list_updated: edited,
  list_moved: moved,
  list_archived: { icon: Archive, colour: plain },
  list_unarchived: { icon: ArchiveRestore, colour: plain },
  list_deleted: deleted,
  list_restored: restored,
  workspace_created: added,
  workspace_updated: edited,
  workspace_deleted: deleted,
  workspace_restored: restored,
  workspace_member_invited: people,
  workspace_invitation_revoked: people,
  workspace_member_joined: people,
  workspace_member_role_changed: people,
  workspace_member_left: people,
  workspace_filter_saved: filtered,
  workspace_filter_removed: filtered,
  other: edited,
}

type ChangeIconProps = { deed: Deed; undoes?: boolean; faint?: boolean }

/** What kind of change it is, at a glance; the words say it too. */
export function ChangeIcon({ deed, undoes = false, faint = false }: ChangeIconProps) {
  const { icon: Icon, colour } = undoes ? { icon: CornerUpLeft, colour: plain } : looks[deed]
  return (
    <span
      aria-hidden
      className={classes(
        'flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-raised',
        faint ? 'text-faint' : colour,
      )}
    >
      <Icon size={13} strokeWidth={2.25} />
    </span>
  )
}

import { ChevronsUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslations } from 'use-intl'
import type { Membership } from '@/api/types'
import { useWorkspaceName } from './useWorkspaceName'
import { WorkspaceMark } from './WorkspaceMark'

type SwitcherButtonProps = ComponentProps<'button'> & { shown: Membership | undefined }

/** Names the workspace that is shown; it opens the menu of all. */
export function SwitcherButton({ shown, ...rest }: SwitcherButtonProps) {
  const t = useTranslations('workspaces')
  const nameOf = useWorkspaceName()
  const name = shown === undefined ? '' : nameOf(shown)
  return (
    <button
      type="button"
      className="flex h-9 min-w-0 items-center gap-2 rounded-md px-2 text-xs font-semibold hover:bg-hover data-[popup-open]:bg-hover touch:h-11"
      {...rest}
    >
      <WorkspaceMark name={name} />
      <span className="sr-only">{t('switch', { name })}</span>
      <span aria-hidden className="truncate" dir="auto">
        {name}
      </span>
      <ChevronsUpDown size={13} aria-hidden className="shrink-0 text-faint" />
    </button>
  )
}

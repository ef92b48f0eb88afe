import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useMedia } from '@/lib/useMedia'
import { useCommands } from '../commands'

type PanelFrameProps = { label: string; taskId: string; onClose: () => void; children: ReactNode }

/** Where the panel stands: beside the page where there is room, above it where there is not. */
export function PanelFrame(props: PanelFrameProps) {
  const beside = useMedia('(min-width: 64rem)')
  return beside ? <Beside {...props} /> : <Above {...props} />
}

function Beside({ label, taskId, onClose, children }: PanelFrameProps) {
  const t = useTranslations('panel')
  const panel = useRef<HTMLElement>(null)
  const close = () => {
    onClose()
    focusRow(taskId)
  }
  useEffect(() => panel.current?.focus({ preventScroll: true }), [taskId])
  useCommands([{ id: 'panel.close', group: 'view', label: t('close'), keys: 'escape', run: close }])
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={label}
      className="slides flex w-[27rem] shrink-0 flex-col border-s border-line bg-canvas outline-none xl:w-[30rem]"
    >
      {children}
    </aside>
  )
}

function Above({ label, taskId, onClose, children }: PanelFrameProps) {
  const panel = useRef<HTMLDivElement>(null)
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (open) return
        onClose()
        focusRow(taskId)
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fades fixed inset-0 z-40 bg-scrim max-sm:hidden" />
        <Dialog.Popup
          ref={panel}
          data-window
          aria-label={label}
          initialFocus={panel}
          finalFocus={false}
          className="slides fixed inset-y-0 end-0 z-40 flex w-full flex-col bg-canvas outline-none sm:w-[27rem] sm:border-s sm:border-line"
        >
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Back to where the panel was opened from. */
function focusRow(taskId: string): void {
  const at = `[data-task="${taskId}"]`
  const row = document.querySelector<HTMLElement>(`a${at}, ${at} a`)
  const page = document.getElementById('page-scroller')
  ;(row ?? page)?.focus({ preventScroll: row === null })
}

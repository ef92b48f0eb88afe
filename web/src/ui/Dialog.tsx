'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { classes } from './classes'
import { IconButton } from './IconButton'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What the button that closes it is called. */
  closeLabel: string
  /** What has the focus when it opens; else the first control. */
  initialFocus?: RefObject<HTMLElement | null>
  /** For content in columns. */
  wide?: boolean
  children: ReactNode
}

/** A window above the page. It comes down from the top, so that it stays put while its content grows. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, closeLabel, initialFocus, wide = false, children } = props
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fades fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          data-window
          initialFocus={initialFocus}
          className={classes(
            'rises fixed inset-x-3 top-[max(12vh,12px)] z-40 mx-auto max-h-[80vh] overflow-y-auto rounded-lg border border-line bg-raised p-5 shadow-raised max-sm:top-3',
            wide ? 'max-w-3xl' : 'max-w-xl',
          )}
        >
          <div className="mb-4 flex items-center justify-between gap-3">
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            <Base.Close
              render={<IconButton label={closeLabel} icon={<X size={16} aria-hidden />} />}
            />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

'use client'

import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'
import { Kbd } from './Kbd'

type TooltipProps = { label: string; keys?: string | undefined; children: ReactElement }

/** Says what a control does, when it is pointed at or has the focus. It adds nothing that its label does not say. */
export function Tooltip({ label, keys, children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup className="fades flex items-center gap-2 rounded-md bg-ink px-2 py-1 text-2xs text-canvas">
            {label}
            {keys !== undefined && <Kbd inverse>{keys}</Kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

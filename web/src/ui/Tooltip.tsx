'use client'

import { cloneElement, type ReactElement } from 'react'

/** What an element carries for the layer of tooltips to show. */
type Tipped = { 'data-tip'?: string; 'data-tip-keys'?: string | undefined }

type TooltipProps = { label: string; keys?: string | undefined; children: ReactElement<Tipped> }

/**
 * Says what a control does, when it is pointed at or has the focus. It adds nothing that its label does not say, so
 * the control only carries the words; `Tooltips` shows them.
 */
export function Tooltip({ label, keys, children }: TooltipProps) {
  return cloneElement(children, { 'data-tip': label, 'data-tip-keys': keys })
}

'use client'

import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { IconButton } from './IconButton'
import type { Message } from './Toast'

const manager = Base.createToastManager()

let drawn: () => void = () => undefined
/** The manager tells only who listens already. */
const ready = new Promise<void>((resolve) => {
  drawn = resolve
})

export async function show({
  title,
  detail,
  urgent = false,
  topic,
  action,
}: Message): Promise<void> {
  await ready
  const id: string = manager.add({
    ...(topic !== undefined && { id: topic }),
    title,
    description: detail,
    priority: urgent ? 'high' : 'low',
    timeout: urgent ? 12_000 : 7_000,
    ...(action !== undefined && {
      actionProps: {
        children: action.label,
        onClick: () => {
          manager.close(id)
          action.run()
        },
      },
    }),
  })
}

export function ToastList({ closeLabel }: { closeLabel: string }) {
  useEffect(() => drawn(), [])
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-3 bottom-4 z-50 mx-auto flex max-w-md flex-col gap-2 max-sm:bottom-20 [body:has([data-bulk-bar])_&]:bottom-18 max-sm:[body:has([data-bulk-bar])_&]:bottom-28">
          <List closeLabel={closeLabel} />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function List({ closeLabel }: { closeLabel: string }) {
  const { toasts } = Base.useToastManager()
  return toasts.map((each) => (
    <Base.Root
      key={each.id}
      toast={each}
      className="rises rounded-lg border border-line bg-raised shadow-raised data-[limited]:hidden"
    >
      <Base.Content className="flex min-h-11 items-center gap-2 py-1.5 ps-4 pe-2">
        <div className="min-w-0 grow">
          <Base.Title className="truncate text-xs font-medium" />
          <Base.Description className="text-xs text-muted" />
        </div>
        <Base.Action className="h-7 shrink-0 rounded-md px-2 text-xs font-semibold text-accent-ink hover:bg-hover touch:h-11" />
        <Base.Close render={<IconButton label={closeLabel} icon={<X size={14} aria-hidden />} />} />
      </Base.Content>
    </Base.Root>
  ))
}

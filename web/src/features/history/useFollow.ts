import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useSync } from '@/sync'

/** Changes come in handfuls; they are read of once. */
const HANDFUL = 300

/** Reads again what only the server has, when the replica hears that something changed. */
export function useFollow(key: QueryKey): void {
  const client = useQueryClient()
  const sync = useSync()
  const readAgain = useEffectEvent(() => void client.invalidateQueries({ queryKey: key }))
  useEffect(() => {
    let [rows, outbox] = [sync.view().rows, sync.outbox()]
    let timer: number | undefined
    const stop = sync.subscribe(() => {
      if (rows === sync.view().rows && outbox === sync.outbox()) return
      rows = sync.view().rows
      outbox = sync.outbox()
      window.clearTimeout(timer)
      timer = window.setTimeout(() => readAgain(), HANDFUL)
    })
    return () => {
      stop()
      window.clearTimeout(timer)
    }
  }, [sync])
}

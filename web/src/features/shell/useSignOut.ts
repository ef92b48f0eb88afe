import { useQueryClient } from '@tanstack/react-query'
import { api } from '@/api/client'
import { useSync } from '@/sync'
import { leave } from '../auth/session'

/** Ends the session and leaves nothing on this device. Without the server it fails, and all stays. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  const sync = useSync()
  return async () => {
    await api.POST('/api/v1/auth/logout')
    await sync.wipe()
    leave(client)
  }
}

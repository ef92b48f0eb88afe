import type { Invitation } from '@/api/types'

/** Under which the open invitations of a workspace are kept. */
export const invitationsOf = (workspace: string) => ['invitations', workspace]

/** The address at which somebody joins. */
export function invitationLink(id: string, secret: string): string {
  const query = new URLSearchParams({ id, secret })
  return `${window.location.origin}/invitation?${query.toString()}`
}

/** Whether an invitation can still be accepted. */
export const isOpen = ({ state, expires_at: end }: Invitation, now: number): boolean =>
  state === 'pending' && Date.parse(end) > now

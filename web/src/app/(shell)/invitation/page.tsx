'use client'

import { beside } from '@/lib/beside'

export default beside(
  async () => (await import('@/features/invitations/InvitationPage')).InvitationPage,
)

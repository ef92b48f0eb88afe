import type { Role } from '@/api/types'

/** What a member may do, least first. */
export const roles: readonly Role[] = ['viewer', 'commenter', 'editor', 'owner']

import type { Member } from '@/api/types'

/** What a member is called: by name, or by address as long as they have none. */
export const nameOfMember = ({ display_name: name, email }: Member): string => name ?? email ?? ''

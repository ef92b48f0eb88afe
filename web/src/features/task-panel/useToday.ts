import { dayAt, type Day } from '@/lib/days'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'

/** The day that it is where the person is. */
export function useToday(): Day {
  return dayAt(useNow(), useMe().time_zone)
}

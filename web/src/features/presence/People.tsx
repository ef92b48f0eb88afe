import { useTranslations } from 'use-intl'
import { Avatar } from '@/ui/Avatar'
import { Tooltip } from '@/ui/Tooltip'
import type { Other } from './others'

/** As many as are drawn; the others are counted. */
const DRAWN = 4

type PeopleProps = { label: string; people: readonly Other[] }

/** People beside each other, each with their name at their picture. */
export function People({ label, people }: PeopleProps) {
  const t = useTranslations('presence')
  const more = people.length - DRAWN
  if (people.length === 0) return null
  return (
    <ul aria-label={label} className="flex items-center gap-1">
      {people.slice(0, DRAWN).map(({ user, name }) => (
        <li key={user}>
          <Tooltip label={name}>
            <span className="block">
              <Avatar name={name} />
            </span>
          </Tooltip>
        </li>
      ))}
      {more > 0 && <li className="text-2xs text-muted">{t('more', { count: more })}</li>}
    </ul>
  )
}

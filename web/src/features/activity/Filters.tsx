import { useTranslations } from 'use-intl'
import { Select } from '@/ui/Select'
import { useMemberNames } from '../workspaces/replica'
import { ANYBODY, whats, type Wanted } from './filter'

type FiltersProps = { wanted: Wanted; onChange: (wanted: Wanted) => void }

/** By whom and of what the changes are that are shown. */
export function Filters({ wanted, onChange }: FiltersProps) {
  const t = useTranslations('activity')
  const members = useMemberNames()
  const people = [...members].map(([value, label]) => ({ value, label }))
  return (
    <>
      {people.length > 1 && (
        <Select
          label={t('who')}
          value={wanted.who}
          choices={[{ value: ANYBODY, label: t('anybody') }, ...people]}
          onChange={(who) => onChange({ ...wanted, who })}
        />
      )}
      <Select
        label={t('what')}
        value={wanted.what}
        choices={whats.map((value) => ({ value, label: t(`whats.${value}`) }))}
        onChange={(what) => onChange({ ...wanted, what })}
      />
    </>
  )
}

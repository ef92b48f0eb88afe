import { useTranslations } from 'use-intl'
import { Select } from '@/ui/Select'
import { sourceNames, sources, type Source } from './sources'

type SourceChoiceProps = { value: Source; onChange: (source: Source) => void }

/** Which application a file is of. */
export function SourceChoice({ value, onChange }: SourceChoiceProps) {
  const t = useTranslations('import')
  return (
    <Select
      label={t('source')}
      value={value}
      choices={sources.map((source) => ({
        value: source,
        label: source === 'auto' ? t('auto') : sourceNames[source],
      }))}
      onChange={onChange}
      className="border border-line bg-raised"
    />
  )
}

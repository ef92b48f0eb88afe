import { FileUp } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'

/** Where a file is dropped, or chosen. */
export function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const t = useTranslations('import')
  const id = useId()
  const [over, setOver] = useState(false)
  return (
    // The input in it is for whoever does not drop.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <label
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const [file] = event.dataTransfer.files
        if (file !== undefined) onFile(file)
      }}
      className={classes(
        'flex flex-col items-center rounded-lg border-2 border-dashed px-6 py-12 text-center transition-colors duration-100',
        'focus-within:border-focus hover:border-line-strong hover:bg-hover',
        over ? 'border-accent bg-selected' : 'border-line-strong bg-raised',
      )}
    >
      <span className="mb-3 flex size-11 items-center justify-center rounded-full bg-selected text-accent-ink">
        <FileUp size={22} aria-hidden />
      </span>
      <span className="text-sm font-semibold">{t('drop')}</span>
      <span className="mt-1 text-xs text-muted">{t('drop_more')}</span>
      <input
        id={id}
        type="file"
        aria-label={t('choose')}
        accept=".csv,.json,.zip,.ics,.txt"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file !== undefined) onFile(file)
        }}
      />
    </label>
  )
}

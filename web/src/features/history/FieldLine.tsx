import { useTranslations } from 'use-intl'
import type { FieldChange } from '@/api/types'
import { fieldOf, type FieldName } from './deeds'
import { TextDifference } from './TextDifference'
import { useValueText } from './useValueText'
import { asText, asTexts } from './values'

type FieldLineProps = {
  change: FieldChange
  /** The thing was made with it: what it would have been without is not told. */
  made?: boolean
}

/** A field of a change: what it is called, what it was, what it is. */
export function FieldLine({ change, made = false }: FieldLineProps) {
  const t = useTranslations('history')
  const field = fieldOf(change)
  if (field === null) return null
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 text-xs">
      <dt className="text-2xs text-faint">{t(`fields.${field}`)}</dt>
      <dd className="min-w-0 text-muted">
        <Values field={field} change={change} made={made} />
      </dd>
    </div>
  )
}

/** Fields whose words are compared. */
const texts: readonly FieldName[] = ['title', 'name', 'description', 'comment', 'filter']

type ValuesProps = { field: FieldName; change: FieldChange; made: boolean }

function Values({ field, change, made }: ValuesProps) {
  const valueText = useValueText()
  const { from, to, from_name: fromName, to_name: toName } = change
  if (texts.includes(field)) return <TextDifference from={asText(from)} to={asText(to)} />
  if (field === 'tags') return <Sets from={asTexts(from)} to={asTexts(to)} mark="#" />
  if (field === 'color') return <Colours from={asText(from)} to={asText(to)} />
  const before = valueText(field, from, fromName)
  const after = valueText(field, to, toName)
  return (
    <span>
      {before !== null && !made && (
        <>
          <del className="text-faint decoration-line-strong">{before}</del>
          <Arrow />
        </>
      )}
      <span dir="auto">{after}</span>
    </span>
  )
}

/** It points the way that is read. */
function Arrow() {
  return (
    <span aria-hidden className="inline-block px-1.5 text-faint rtl:-scale-x-100">
      →
    </span>
  )
}

function Sets({ from, to, mark }: { from: string[]; to: string[]; mark: string }) {
  const gone = from.filter((each) => !to.includes(each))
  const come = to.filter((each) => !from.includes(each))
  return (
    <span className="flex flex-wrap gap-x-2">
      {gone.map((each) => (
        <del key={each} className="text-faint decoration-line-strong">
          {mark}
          {each}
        </del>
      ))}
      {come.map((each) => (
        <ins key={each} className="text-ok no-underline">
          {mark}
          {each}
        </ins>
      ))}
    </span>
  )
}

function Colours({ from, to }: { from: string; to: string }) {
  return (
    <span className="inline-flex items-center">
      {from !== '' && (
        <>
          <Colour value={from} />
          <Arrow />
        </>
      )}
      {to === '' ? '–' : <Colour value={to} />}
    </span>
  )
}

function Colour({ value }: { value: string }) {
  return (
    <svg role="img" aria-label={value} viewBox="0 0 12 12" className="size-3">
      <circle cx="6" cy="6" r="6" fill={value} />
    </svg>
  )
}

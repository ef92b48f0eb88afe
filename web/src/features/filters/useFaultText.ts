import { useTranslations } from 'use-intl'
import type { Fault } from './language/fault'

const LONGEST = 40

/** What is wrong with a filter, in the language of the app. */
export function useFaultText(): (fault: Fault) => string {
  const t = useTranslations('filters')
  return ({ code, found }) => t(`faults.${code}`, { found: found.slice(0, LONGEST) })
}

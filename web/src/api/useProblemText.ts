import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { NetworkError, ProblemError } from './errors'

/** What went wrong, in the words of the app where it has them, else in those of the server. */
export function useProblemText(): (error: unknown) => string {
  const t = useTranslations('errors')
  return useCallback(
    (error: unknown) => {
      if (error instanceof NetworkError) return t('offline')
      if (!(error instanceof ProblemError)) return t('unexpected')
      switch (error.code) {
        case 'wrong_credentials':
          return t('wrong_credentials')
        case 'email_taken':
        case 'already_a_member':
        case 'invitation_expired':
        case 'invitation_revoked':
        case 'invitation_used':
        case 'last_owner':
          return t(error.code)
        case 'too_many_attempts':
        case 'rate_limited':
          return t('too_many_attempts', { seconds: error.problem.retry_after ?? 30 })
        case 'busy':
        case 'unexpected_answer':
          return t('busy')
        default:
          return error.problem.detail
      }
    },
    [t],
  )
}

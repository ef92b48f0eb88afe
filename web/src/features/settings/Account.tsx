'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { api } from '@/api/client'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync } from '@/sync'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { textOf } from '../auth/form'
import { FormProblem } from '../auth/FormProblem'
import { PasswordField } from '../auth/PasswordField'
import { leave, useMe } from '../auth/session'

/** Deletes the account: the one thing that cannot be undone, so address and password are typed once more. */
export function Account() {
  const t = useTranslations('settings')
  const me = useMe()
  const sync = useSync()
  const client = useQueryClient()
  const problemText = useProblemText()
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: (password: string) => api.DELETE('/api/v1/me', { body: { password } }),
    onSuccess: async () => {
      await sync.wipe()
      leave(client)
    },
  })
  const { error } = remove
  const handOver = error instanceof ProblemError ? (error.problem.errors ?? []) : []
  const meant = typed.trim().toLowerCase() === me.email.toLowerCase()
  return (
    <form
      method="post"
      className="max-w-md"
      onSubmit={(event) => {
        event.preventDefault()
        if (meant) remove.mutate(textOf(new FormData(event.currentTarget), 'password'))
      }}
    >
      <p className="mb-3 text-sm text-muted">{t('account_lead')}</p>
      <ul className="mb-6 list-disc space-y-1 ps-5 text-sm text-muted">
        <li>{t('account_own')}</li>
        <li>{t('account_shared')}</li>
        <li>{t('account_name')}</li>
      </ul>
      <FormProblem text={error === null ? undefined : problemText(error)} />
      {handOver.length > 0 && (
        <ul className="mb-4 list-disc ps-5 text-sm text-danger">
          {handOver.map(({ field, message }) => (
            <li key={field} dir="auto">
              {message}
            </li>
          ))}
        </ul>
      )}
      <Field
        label={t('account_type', { email: me.email })}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
        required
        className="mb-4"
      />
      <PasswordField autoComplete="current-password" className="mb-5" />
      <Button type="submit" look="danger" disabled={!meant || remove.isPending}>
        {t('account_delete')}
      </Button>
    </form>
  )
}

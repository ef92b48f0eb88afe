'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { AuthPage } from './AuthPage'
import { textOf } from './form'
import { FormProblem } from './FormProblem'
import { PasswordField } from './PasswordField'
import { returnPath, withReturn } from './return-path'
import { enter } from './session'

/** Where somebody signs in; they go to the page that they came for. */
export function SignIn() {
  const t = useTranslations('auth')
  const router = useRouter()
  const wanted = useSearchParams().get('return')
  const client = useQueryClient()
  const problemText = useProblemText()
  const signIn = useMutation({
    mutationFn: async (form: FormData) => {
      const body = { email: textOf(form, 'email').trim(), password: textOf(form, 'password') }
      await data(api.POST('/api/v1/auth/login', { body }))
      await enter(client)
    },
    onSuccess: () => {
      router.replace(returnPath(wanted))
    },
  })
  const error = signIn.error === null ? undefined : problemText(signIn.error)
  return (
    <AuthPage
      title={t('sign_in_title')}
      lead={t('sign_in_lead')}
      other={t.rich('to_register', {
        link: (words) => (
          <Link
            href={withReturn('/register', wanted)}
            className="font-medium text-accent-ink hover:underline"
          >
            {words}
          </Link>
        ),
      })}
    >
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate(new FormData(event.currentTarget))
        }}
      >
        <FormProblem text={error} />
        <Field
          label={t('email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          className="mb-4"
        />
        <PasswordField autoComplete="current-password" className="mb-6" />
        <Button
          type="submit"
          look="primary"
          size="large"
          className="w-full"
          disabled={signIn.isPending}
        >
          {t('sign_in')}
        </Button>
      </form>
    </AuthPage>
  )
}

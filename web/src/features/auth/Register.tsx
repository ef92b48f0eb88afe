'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useLocale, useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { AuthPage } from './AuthPage'
import { textOf } from './form'
import { FormProblem } from './FormProblem'
import { PasswordField } from './PasswordField'
import { returnPath, withReturn } from './return-path'
import { enter } from './session'

const LEAST = 8

/** Where somebody begins: name, address, password, and the first task is next. */
export function Register() {
  const t = useTranslations('auth')
  const locale = useLocale()
  const router = useRouter()
  const wanted = useSearchParams().get('return')
  const client = useQueryClient()
  const problemText = useProblemText()
  const register = useMutation({
    mutationFn: async (form: FormData) => {
      const body = {
        email: textOf(form, 'email').trim(),
        password: textOf(form, 'password'),
        display_name: textOf(form, 'display_name').trim(),
        locale,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }
      await data(api.POST('/api/v1/auth/register', { body }))
      await enter(client)
    },
    onSuccess: () => router.replace(wanted === null ? '/inbox' : returnPath(wanted)),
  })
  const { error } = register
  const fault = (field: string) => (error instanceof ProblemError ? error.fault(field) : undefined)
  const faulty = ['display_name', 'email', 'password'].some((field) => fault(field) !== undefined)
  return (
    <AuthPage
      title={t('register_title')}
      lead={t('register_lead')}
      other={t.rich('to_sign_in', {
        link: (words) => (
          <Link
            href={withReturn('/sign-in', wanted)}
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
          register.mutate(new FormData(event.currentTarget))
        }}
      >
        <FormProblem text={error === null || faulty ? undefined : problemText(error)} />
        <Field
          label={t('display_name')}
          name="display_name"
          autoComplete="name"
          required
          autoFocus
          maxLength={200}
          error={fault('display_name')}
          className="mb-4"
        />
        <Field
          label={t('email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          error={fault('email') === undefined ? undefined : t('email_wrong')}
          className="mb-4"
        />
        <PasswordField
          autoComplete="new-password"
          minLength={LEAST}
          maxLength={128}
          hint={t('password_hint', { least: LEAST })}
          error={fault('password')}
          className="mb-6"
        />
        <Button
          type="submit"
          look="primary"
          size="large"
          className="w-full"
          disabled={register.isPending}
        >
          {t('register')}
        </Button>
      </form>
    </AuthPage>
  )
}

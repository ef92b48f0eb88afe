'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { ProblemError } from '@/api/errors'
import type { Role } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Secret } from '@/ui/Secret'
import { FormProblem } from '../auth/FormProblem'
import { invitationLink, invitationsOf } from './invitations'
import { RoleSelect } from './RoleSelect'

/** Asks somebody in. Their link is shown once: whoever has it can join. */
export function Invite({ workspace }: { workspace: string }) {
  const t = useTranslations('members')
  const client = useQueryClient()
  const problemText = useProblemText()
  const emailRef = useRef<HTMLInputElement>(null)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const [made, setMade] = useState<{ email: string; link: string }>()
  const invite = useMutation({
    mutationFn: async (asked: { email: string; role: Role }) =>
      data(api.POST('/api/v1/invitations', { params: { query: { workspace } }, body: asked })),
    onSuccess: async ({ invitation_id: id, secret }, asked) => {
      setMade({ email: asked.email, link: invitationLink(id ?? '', secret) })
      setEmail('')
      await client.invalidateQueries({ queryKey: invitationsOf(workspace) })
    },
  })
  const { error } = invite
  const fault = error instanceof ProblemError ? error.fault('email') : undefined
  return (
    <section className="mb-8">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          invite.mutate({ email: email.trim(), role })
        }}
      >
        <FormProblem
          text={error === null || fault !== undefined ? undefined : problemText(error)}
        />
        <div className="flex flex-wrap items-end gap-2">
          <Field
            inputRef={emailRef}
            label={t('invite_email')}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            autoComplete="off"
            placeholder={t('invite_placeholder')}
            error={fault === undefined ? undefined : t('invite_wrong')}
            className="min-w-56 flex-1 max-sm:basis-full"
          />
          <RoleSelect
            label={t('invite_role')}
            value={role}
            onChange={setRole}
            className="h-10 border border-line-strong bg-raised text-ink touch:h-12"
          />
          <Button type="submit" look="primary" size="large" disabled={invite.isPending}>
            {t('invite')}
          </Button>
        </div>
      </form>
      <p className="mt-2 text-xs text-faint">{t(`roles_hint.${role}`)}</p>
      {made !== undefined && (
        <Secret
          className="mt-4"
          title={t('invited', { email: made.email })}
          hint={t('invited_hint')}
          secret={made.link}
          onDone={() => {
            setMade(undefined)
            emailRef.current?.focus()
          }}
        />
      )}
    </section>
  )
}

'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { NewToken, Scope } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { textOf } from '../auth/form'
import { FormProblem } from '../auth/FormProblem'
import { useMemberships } from '../workspaces/current'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'
import { endOf, terms, TOKENS, type Term } from './tokens'

const all: readonly Scope[] = ['read', 'write', 'admin']
const EVERYWHERE = 'all'
const selectClass = 'w-full border border-line-strong bg-raised text-ink'

type NewTokenWindowProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  onMade: (token: NewToken) => void
}

/** Makes a token: what it may do, where, and until when. */
export function NewTokenWindow({ open, onOpenChange, onMade }: NewTokenWindowProps) {
  const t = useTranslations('settings')
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('token_new')} closeLabel={t('close')}>
      <Form
        onMade={(token) => {
          onOpenChange(false)
          onMade(token)
        }}
      />
    </Dialog>
  )
}

function Form({ onMade }: { onMade: (token: NewToken) => void }) {
  const t = useTranslations('settings')
  const client = useQueryClient()
  const problemText = useProblemText()
  const nameOf = useWorkspaceName()
  const workspaces = useMemberships()
  const [scopes, setScopes] = useState<readonly Scope[]>(['read'])
  const [term, setTerm] = useState<Term>('90')
  const [only, setOnly] = useState(EVERYWHERE)
  const make = useMutation({
    mutationFn: (name: string) =>
      data(
        api.POST('/api/v1/tokens', {
          body: {
            name,
            scopes: [...scopes],
            expires_at: endOf(term, Date.now()),
            workspace_id: only === EVERYWHERE ? null : only,
          },
        }),
      ),
    onSuccess: async (token) => {
      await client.invalidateQueries({ queryKey: TOKENS })
      onMade(token)
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const name = textOf(new FormData(event.currentTarget), 'name').trim()
        if (name !== '') make.mutate(name)
      }}
    >
      <FormProblem text={make.error === null ? undefined : problemText(make.error)} />
      <Field
        label={t('token_name')}
        name="name"
        hint={t('token_name_hint')}
        required
        maxLength={100}
        autoComplete="off"
        autoFocus
        className="mb-4"
      />
      <fieldset className="mb-4">
        <legend className="mb-1 text-xs font-medium">{t('token_scopes')}</legend>
        {all.map((scope) => (
          <Checkbox
            key={scope}
            label={t(`scopes_long.${scope}`)}
            checked={scopes.includes(scope)}
            onChange={({ target }) =>
              setScopes(
                all.filter((each) => (each === scope ? target.checked : scopes.includes(each))),
              )
            }
          />
        ))}
      </fieldset>
      <div className="mb-5 grid gap-4 sm:grid-cols-2">
        <div>
          <p className="mb-1.5 text-xs font-medium" aria-hidden>
            {t('token_where')}
          </p>
          <Select
            label={t('token_where')}
            value={only}
            choices={[
              { value: EVERYWHERE, label: t('token_everywhere') },
              ...workspaces.map((each) => ({ value: each.workspace_id, label: nameOf(each) })),
            ]}
            onChange={setOnly}
            className={selectClass}
          />
        </div>
        <div>
          <p className="mb-1.5 text-xs font-medium" aria-hidden>
            {t('token_term')}
          </p>
          <Select
            label={t('token_term')}
            value={term}
            choices={terms.map((each) => ({ value: each, label: t(`terms.${each}`) }))}
            onChange={setTerm}
            className={selectClass}
          />
        </div>
      </div>
      <div className="flex justify-end">
        <Button type="submit" look="primary" disabled={scopes.length === 0 || make.isPending}>
          {t('token_make')}
        </Button>
      </div>
    </form>
  )
}

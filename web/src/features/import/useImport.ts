import { useMutation } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { ImportReport } from '@/api/types'
import { ProblemError } from '@/api/errors'
import { useWorkspace } from '../workspaces/current'
import type { Source } from './sources'

/** A file, and which application it is of where that was said. */
export type Chosen = { readonly file: File; readonly source: Source }

/** Looks into a file, and brings it. */
export function useImport() {
  const workspace = useWorkspace()
  const send = async ({ file, source }: Chosen, preview: boolean) => {
    const query = { workspace, source, filename: file.name, dry_run: preview }
    const answer = api.POST('/api/v1/import', {
      params: { query },
      headers: { 'Content-Type': 'application/octet-stream' },
      // The body is the file itself; its bytes are not made a list of numbers first.
      body: [],
      bodySerializer: () => file,
    })
    return data<ImportReport>(answer)
  }
  const preview = useMutation({ mutationFn: (chosen: Chosen) => send(chosen, true) })
  const bring = useMutation({ mutationFn: (chosen: Chosen) => send(chosen, false) })
  return { preview, bring }
}

/** Whether the file did not tell which application it is of. */
export const isUnrecognised = (error: unknown) =>
  error instanceof ProblemError && error.fault('source') !== undefined

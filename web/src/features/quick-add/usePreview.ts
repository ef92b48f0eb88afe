import { useEffect, useState } from 'react'
import { api, data } from '@/api/client'
import type { Preview } from '@/api/types'
import { useWorkspace } from '../workspaces/current'
import { marksOf, survivors, type Mark } from './spans'

const PAUSE = 120

type Seen = { text: string; preview: Preview; marks: Mark[] }

async function look(text: string, workspace: string, signal: AbortSignal): Promise<Seen> {
  const params = { query: { workspace } }
  const preview = await data(
    api.POST('/api/v1/quick-add/preview', { params, body: { text }, signal }),
  )
  return { text, preview, marks: marksOf(text, preview.spans) }
}

/** What the server makes of a text while it is being typed. */
export function usePreview(text: string) {
  const workspace = useWorkspace()
  const [seen, setSeen] = useState<Seen>()

  useEffect(() => {
    if (text.trim() === '') return
    const control = new AbortController()
    const timer = window.setTimeout(() => {
      // Without an answer there is only no highlight; adding tells what is wrong.
      look(text, workspace, control.signal).then(setSeen, () => undefined)
    }, PAUSE)
    return () => {
      window.clearTimeout(timer)
      control.abort()
    }
  }, [text, workspace])

  const current = text.trim() === '' ? undefined : seen
  return {
    marks: current === undefined ? [] : survivors(current.marks, current.text, text),
    /** Only of the text as it is now. */
    preview: current?.text === text ? current.preview : undefined,
  }
}

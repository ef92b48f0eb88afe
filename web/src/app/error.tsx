'use client'

import { Broken } from '@/features/shell/Broken'

export default function ErrorPage({ retry }: { retry: () => void }) {
  return <Broken retry={retry} />
}

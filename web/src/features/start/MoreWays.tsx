'use client'

import { FileUp, FlaskConical } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { useSample } from './useSample'

/** Other ways to begin than with a task of one's own: a workspace to try things in, or tasks from elsewhere. */
export function MoreWays() {
  const t = useTranslations('start')
  const router = useRouter()
  const { make, making } = useSample()
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={make} disabled={making}>
        <FlaskConical size={14} aria-hidden />
        {t('sample')}
      </Button>
      <Button onClick={() => router.push('/import')}>
        <FileUp size={14} aria-hidden />
        {t('import')}
      </Button>
    </div>
  )
}

'use client'

import { beside } from '@/lib/beside'

export default beside(async () => (await import('@/features/import/ImportPage')).ImportPage)

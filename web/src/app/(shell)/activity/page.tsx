'use client'

import { beside } from '@/lib/beside'

export default beside(async () => (await import('@/features/activity/ActivityPage')).ActivityPage)

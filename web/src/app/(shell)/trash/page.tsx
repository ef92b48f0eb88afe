import { TrashPage } from '@/features/trash/TrashPage'

export default function Page() {
  return <TrashPage />
}

import { NotFound } from '@/features/shell/NotFound'

export default function Page() {
  return <NotFound />
}

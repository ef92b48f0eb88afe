import { Today } from '@/features/tasks/pages'

export default function Page() {
  return <Today />
}

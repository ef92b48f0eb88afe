import { Inbox } from '@/features/tasks/pages'

export default function Page() {
  return <Inbox />
}

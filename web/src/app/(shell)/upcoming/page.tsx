import { Upcoming } from '@/features/tasks/pages'

export default function Page() {
  return <Upcoming />
}

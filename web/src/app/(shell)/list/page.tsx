import { ListPage } from '@/features/tasks/pages'

export default function Page() {
  return <ListPage />
}

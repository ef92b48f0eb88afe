import { TagPage } from '@/features/tasks/pages'

export default function Page() {
  return <TagPage />
}

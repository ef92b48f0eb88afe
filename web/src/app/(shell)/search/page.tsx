import { SearchPage } from '@/features/search/SearchPage'

export default function Page() {
  return <SearchPage />
}

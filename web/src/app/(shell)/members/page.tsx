import { Members } from '@/features/members/Members'

export default function Page() {
  return <Members />
}

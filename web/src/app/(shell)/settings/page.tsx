import { Settings } from '@/features/settings/Settings'

export default function Page() {
  return <Settings />
}

import { Start } from '@/features/shell/Start'

export default function Page() {
  return <Start />
}

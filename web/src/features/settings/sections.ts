import {
  BellRing,
  Database,
  Globe,
  Key,
  MonitorSmartphone,
  Palette,
  Shapes,
  UserRound,
  UserRoundX,
  type LucideIcon,
} from 'lucide-react'

/** The parts of the settings, in their order; each has an address of its own, `?section=`. */
export const sections = [
  'profile',
  'look',
  'region',
  'notifications',
  'workspace',
  'tokens',
  'sessions',
  'data',
  'account',
] as const
export type Section = (typeof sections)[number]

export const icons: Record<Section, LucideIcon> = {
  profile: UserRound,
  look: Palette,
  region: Globe,
  notifications: BellRing,
  workspace: Shapes,
  tokens: Key,
  sessions: MonitorSmartphone,
  data: Database,
  account: UserRoundX,
}

export function sectionOf(name: string | null): Section | undefined {
  return sections.find((each) => each === name)
}

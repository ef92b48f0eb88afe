import { bestLocale, directionOf, locales, type Locale } from '@/i18n/locales'

/** How the app looks to whoever uses this browser. Null follows the system. */
export type Look = {
  theme: 'light' | 'dark' | null
  locale: Locale | null
  /** How much is on the screen at once: a matter of the screen, so it stays on this device. */
  density: 'comfortable' | 'compact'
}

/** The inline script of `app/first-look.ts` reads the same entry before the first paint. */
const LOOK_KEY = 'taskfold.look'

const DARK = '(prefers-color-scheme: dark)'
const followsSystem: Look = { theme: null, locale: null, density: 'comfortable' }
const listeners = new Set<() => void>()
let current: Look | undefined

function stored(): Look {
  try {
    const text = localStorage.getItem(LOOK_KEY)
    const entry: unknown = text === null ? null : JSON.parse(text)
    if (typeof entry !== 'object' || entry === null) return followsSystem
    const theme = 'theme' in entry ? entry.theme : null
    const locale = 'locale' in entry ? entry.locale : null
    const density = 'density' in entry ? entry.density : null
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : null,
      locale: locales.find((each) => each === locale) ?? null,
      density: density === 'compact' ? 'compact' : 'comfortable',
    }
  } catch {
    // Storage may be forbidden or hold what is not ours.
    return followsSystem
  }
}

export function look(): Look {
  current ??= stored()
  return current
}

export function localeOf({ locale }: Look): Locale {
  return locale ?? bestLocale(navigator.languages)
}

function apply(next: Look): void {
  const root = document.documentElement
  const locale = localeOf(next)
  root.dataset['theme'] = next.theme ?? (window.matchMedia(DARK).matches ? 'dark' : 'light')
  root.dataset['density'] = next.density
  root.lang = locale
  root.dir = directionOf(locale)
}

/** Shows the app in another theme, language or density from now on. */
export function changeLook(change: Partial<Look>): void {
  const next = { ...look(), ...change }
  const before = look()
  const same =
    next.theme === before.theme && next.locale === before.locale && next.density === before.density
  if (same) return
  current = next
  try {
    localStorage.setItem(LOOK_KEY, JSON.stringify(next))
  } catch {
    // Then it holds until the page is left.
  }
  apply(next)
  for (const listener of listeners) listener()
}

export function watchLook(listener: () => void): () => void {
  const system = window.matchMedia(DARK)
  const follow = () => apply(look())
  listeners.add(listener)
  system.addEventListener('change', follow)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', follow)
  }
}

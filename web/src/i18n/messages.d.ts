import type en from '@messages/en.json'
import type { Locale } from './locales'

declare module 'use-intl' {
  // Only an interface can be added to.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface AppConfig {
    Locale: Locale
    Messages: typeof en
  }
}

/** The languages of the app, by their own names. */
export const locales = ['en', 'de', 'ar'] as const
export type Locale = (typeof locales)[number]

export const languageNames: Record<Locale, string> = {
  en: 'English',
  de: 'Deutsch',
  ar: 'العربية',
}

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}

/** The first of somebody's languages that the app speaks. */
export function bestLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-', 1)[0]
    const found = locales.find((locale) => locale === language)
    if (found !== undefined) return found
  }
  return 'en'
}

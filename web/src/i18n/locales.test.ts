import { expect, it } from 'vitest'
import { bestLocale } from './locales'

it('takes the first language that the app speaks', () => {
  expect(bestLocale(['fr-CA', 'de-AT', 'en'])).toBe('de')
  expect(bestLocale(['ar-EG'])).toBe('ar')
  expect(bestLocale(['fr'])).toBe('en')
})

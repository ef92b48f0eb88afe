import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function tokensOf(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}', 1)[0] ?? ''
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['canvas', 'sidebar', 'raised', 'sunken', 'hover', 'selected']
const priorities = ['low', 'medium', 'high', 'urgent']
const texts = ['ink', 'muted', 'faint', 'accent-ink', 'danger', 'ok', 'warning', ...priorities]
const outlines = ['line-strong', 'focus']

const pairs = [
  ...texts.flatMap((text) => grounds.map((ground) => ({ text, ground, least: 4.5 }))),
  ...outlines.flatMap((text) => grounds.map((ground) => ({ text, ground, least: 3 }))),
  { text: 'on-accent', ground: 'accent', least: 4.5 },
  { text: 'on-accent', ground: 'accent-hover', least: 4.5 },
]

const themes = { light: tokensOf(':root'), dark: tokensOf("[data-theme='dark']") }

describe.each(Object.entries(themes))('the %s theme', (_, tokens) => {
  it.each(pairs)('shows $text on $ground at $least or more', ({ text, ground, least }) => {
    const [front, back] = [tokens.get(text), tokens.get(ground)]
    if (front === undefined || back === undefined) throw new Error('no such colour')
    expect(contrast(front, back)).toBeGreaterThanOrEqual(least)
  })
})

it('has the same colours in both themes', () => {
  expect([...themes.dark.keys()]).toEqual([...themes.light.keys()])
})

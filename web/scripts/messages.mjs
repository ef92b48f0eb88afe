// Checks the translations: the same keys and arguments in every language, and no key that nothing uses.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')
const languages = ['en', 'de', 'ar']

/** @param {string} language @returns {Map<string, string>} */
function messagesOf(language) {
  const text = readFileSync(path.join(root, 'messages', `${language}.json`), 'utf8')
  /** @type {Map<string, string>} */
  const flat = new Map()
  /** @param {unknown} value @param {string} key */
  const walk = (value, key) => {
    if (typeof value === 'string') flat.set(key, value)
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, key ? `${key}.${name}` : name)
  }
  walk(JSON.parse(text), '')
  return flat
}

/** The names of a message's arguments; the words of a plural stand in braces as well. @param {string} message */
const argumentsOf = (message) =>
  [
    ...new Set(
      [...message.matchAll(/(?<!\b(?:zero|one|two|few|many|other) )\{(\w+)\s*[,}]/g)].map(
        ([, name]) => name,
      ),
    ),
  ]
    .sort()
    .join(' ')

/** @type {string[]} */
const faults = []
const english = messagesOf('en')
for (const language of languages.slice(1)) {
  const other = messagesOf(language)
  for (const [key, message] of english) {
    const translated = other.get(key)
    if (translated === undefined) faults.push(`${language}: ${key} is missing`)
    else if (argumentsOf(translated) !== argumentsOf(message))
      faults.push(`${language}: ${key} has other arguments than in English`)
  }
  for (const key of other.keys())
    if (!english.has(key)) faults.push(`${language}: ${key} is not in English`)
}

// A key is used where a file that asks for its namespace says the rest of it, whole or, in a template, its beginning.
/** @type {{ namespace: string, said: Set<string>, begun: string[] }[]} */
const users = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  .flatMap((file) => {
    const text = readFileSync(path.join(root, 'src', file), 'utf8')
    const said = new Set([...text.matchAll(/'([\w.]+)'/g)].map(([, key]) => key ?? ''))
    const begun = [...text.matchAll(/`([\w.]+\.)\$\{/g)].map(([, key]) => key ?? '')
    return [...text.matchAll(/useTranslations\('([\w.]+)'\)/g)].map(([, namespace]) => ({
      namespace: namespace ?? '',
      said,
      begun,
    }))
  })
for (const key of english.keys()) {
  const used = users.some(({ namespace, said, begun }) => {
    if (!key.startsWith(`${namespace}.`)) return false
    const rest = key.slice(namespace.length + 1)
    return said.has(rest) || begun.some((beginning) => rest.startsWith(beginning))
  })
  if (!used) faults.push(`en: ${key} is used nowhere`)
}

for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`${english.size} messages in ${languages.length} languages`)

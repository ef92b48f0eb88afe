// Makes a file of messages into a module of parsed ones: the app then has no parser of ICU messages in it, only what
// fills them in (`use-intl/format-message/format-only`).
import compile from 'icu-minify/compile'

/** @param {unknown} value @returns {unknown} */
const compiled = (value) =>
  typeof value === 'string'
    ? compile(value)
    : Object.fromEntries(
        Object.entries(value ?? {}).map(([name, inner]) => [name, compiled(inner)]),
      )

/** @param {string} source */
export default function icuLoader(source) {
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled(JSON.parse(source))))})`
}

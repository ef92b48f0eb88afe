// Runs after the build: what a browser loads before it runs a page, packed, must not grow beyond what a phone loads
// in a moment. A page that is over the budget fails the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { constants, gzipSync } from 'node:zlib'

/** Of the scripts that a page names, packed (bytes). */
const BUDGET = 180_000

const out = path.join(import.meta.dirname, '..', 'out')
if (!existsSync(out)) throw new Error('there is no build to measure: npm run build')

/** @type {Map<string, number>} */
const packed = new Map()
/** @param {string} script */
function sizeOf(script) {
  const known = packed.get(script)
  if (known !== undefined) return known
  const text = readFileSync(path.join(out, decodeURIComponent(script)))
  const { length } = gzipSync(text, { level: constants.Z_BEST_COMPRESSION })
  packed.set(script, length)
  return length
}

let over = false
for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!file.endsWith('.html')) continue
  const tags = readFileSync(path.join(out, file), 'utf8').matchAll(
    /<script\b[^>]*\ssrc="([^"]+)"[^>]*>/g,
  )
  // Browsers that know modules do not load what is for those that do not.
  const scripts = new Set(
    [...tags].filter(([tag]) => !/\bnomodule\b/i.test(tag)).map(([, src = '']) => src),
  )
  const sum = [...scripts].reduce((all, script) => all + sizeOf(script), 0)
  over ||= sum > BUDGET
  console.log(
    `${(sum / 1000).toFixed(1).padStart(7)} kB  ${file}${sum > BUDGET ? '  over the budget' : ''}`,
  )
}
if (over) process.exit(1)

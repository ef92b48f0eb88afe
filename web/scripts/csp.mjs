// Runs after the build: writes out/csp.json, which names the inline scripts of each file by hash, so that the server
// can send a policy that allows these and nothing else. A page that would need more fails the build.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const out = path.join(import.meta.dirname, '..', 'out')

/** @type {Record<string, string[]>} */
const pages = {}
for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!file.endsWith('.html')) continue
  const html = readFileSync(path.join(out, file), 'utf8')
  const markup = html.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '')
  const forbidden = /<style\b|<[^>]+\s(?:style|on\w+)=/.exec(markup)
  if (forbidden !== null) throw new Error(`${file}: the policy forbids ${forbidden[0]}`)
  const inline = [...html.matchAll(/<script\b(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)]
  const hashes = inline.map(
    ([, script = '']) => `sha256-${createHash('sha256').update(script).digest('base64')}`,
  )
  pages[`/${file.replaceAll(path.sep, '/')}`] = [...new Set(hashes)]
}
writeFileSync(path.join(out, 'csp.json'), `${JSON.stringify(pages, null, 2)}\n`)
console.log(`${Object.keys(pages).length} pages have a policy`)

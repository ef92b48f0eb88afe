// Runs after the build: writes out/sw.js, the service worker with the addresses of all files of this build.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

const root = path.join(import.meta.dirname, '..')
const out = path.join(root, 'out')

/** What only the server reads, what says where the API is, and scripts for browsers that have no service workers. */
const inbox = readFileSync(path.join(out, 'inbox.html'), 'utf8')
const old = /<script[^>]*src="([^"]+)"[^>]*nomodule/i.exec(inbox)?.[1]
const left = new Set(['/csp.json', '/config.json', '/sw.js', '/_not-found.html', old])

/** Where the server has a file. @param {string} name */
function addressOf(name) {
  if (name === '/index.html') return '/'
  return name === '/404.html' ? name : name.replace(/\.html$/, '')
}

const hash = createHash('sha256')
/** @type {string[]} */
const files = []
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith('.map')) continue
  const file = path.join(entry.parentPath, entry.name)
  const name = `/${path.relative(out, file).replaceAll(path.sep, '/')}`
  if (!left.has(name)) files.push(name)
}
for (const name of files.sort()) hash.update(`${name}\n`).update(readFileSync(path.join(out, name)))

const source = readFileSync(path.join(root, 'worker', 'worker.ts'), 'utf8')
const { outputText } = ts.transpileModule(source, {
  compilerOptions: {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.None,
    removeComments: true,
  },
})
const known = [
  `const VERSION = '${hash.digest('hex').slice(0, 16)}'`,
  `const FILES = ${JSON.stringify(files.map(addressOf))}`,
]
writeFileSync(path.join(out, 'sw.js'), `${known.join('\n')}\n${outputText}`)
console.log(`${files.length} files work without a network`)

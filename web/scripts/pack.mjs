// Runs after the build: puts the files where the server's binary takes them from, texts packed (name.gz alone), and
// takes away those of the build before.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { constants, gzipSync } from 'node:zlib'

const out = path.join(import.meta.dirname, '..', 'out')
const files = path.join(import.meta.dirname, '..', '..', 'crates', 'web', 'files')
const texts = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt', '.webmanifest'])

for (const name of readdirSync(files)) {
  if (name !== '.gitignore') rmSync(path.join(files, name), { recursive: true })
}
let bytes = 0
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const from = path.join(entry.parentPath, entry.name)
  const to = path.join(files, path.relative(out, from))
  mkdirSync(path.dirname(to), { recursive: true })
  // The server reads the policies, nobody fetches them.
  if (texts.has(path.extname(from)) && entry.name !== 'csp.json') {
    const packed = gzipSync(readFileSync(from), { level: constants.Z_BEST_COMPRESSION })
    writeFileSync(`${to}.gz`, packed)
    bytes += packed.length
  } else {
    copyFileSync(from, to)
  }
}
console.log(`${Math.round(bytes / 1000)} kB of packed texts for the binary`)

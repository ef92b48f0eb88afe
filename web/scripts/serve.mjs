// Serves web/out with the policy of each page, and passes /api on to a server: for tests until the binary serves the
// pages itself. Usage: node scripts/serve.mjs PORT API_PORT
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'

const [port = '7500', apiPort = '7400'] = process.argv.slice(2)
const out = path.join(import.meta.dirname, '..', 'out')
const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.txt', 'text/plain; charset=utf-8'],
])

/** @type {unknown} */
const parsed = JSON.parse(readFileSync(path.join(out, 'csp.json'), 'utf8'))
const hashes = new Map(
  Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}).map(
    ([page, list]) => [page, Array.isArray(list) ? list.map((hash) => `'${String(hash)}'`) : []],
  ),
)

/** @param {string} page Its file. */
const policy = (page) =>
  [
    "default-src 'none'",
    `script-src 'self' ${(hashes.get(page) ?? []).join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** The file of an address. @param {string} address */
function fileOf(address) {
  const plain = address === '/' ? '/index' : address
  for (const name of [plain, `${plain}.html`]) {
    const file = path.join(out, path.normalize(name))
    if (file.startsWith(out) && existsSync(file) && statSync(file).isFile()) return file
  }
  return null
}

const server = http.createServer((request, response) => {
  const url = request.url ?? '/'
  if (url.startsWith('/api/')) {
    const { method, headers } = request
    const passed = http.request(
      { host: '127.0.0.1', port: apiPort, path: url, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    passed.on('error', () => response.writeHead(502).end())
    request.pipe(passed)
    return
  }
  const address = decodeURIComponent(new URL(url, 'http://localhost').pathname)
  const found = fileOf(address)
  const file = found ?? path.join(out, '404.html')
  response.writeHead(found === null ? 404 : 200, {
    'Content-Type': types.get(path.extname(file)) ?? 'application/octet-stream',
    'Cache-Control': address.startsWith('/_next/static/')
      ? 'max-age=31536000, immutable'
      : 'no-cache',
    ...(file.endsWith('.html') && {
      'Content-Security-Policy': policy(`/${path.relative(out, file)}`),
    }),
  })
  createReadStream(file).pipe(response)
})

server.on('upgrade', (request, socket, head) => {
  const upstream = net.connect(Number(apiPort), '127.0.0.1', () => {
    const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`]
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at] ?? ''}: ${request.rawHeaders[at + 1] ?? ''}`)
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    upstream.pipe(socket).pipe(upstream)
  })
  upstream.on('error', () => socket.destroy())
  socket.on('error', () => upstream.destroy())
})

server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null)
    console.log(`http://127.0.0.1:${address.port}`)
})

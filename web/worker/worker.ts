/**
 * The service worker: after one visit the app starts without a network, and each page runs the files of one build.
 * It answers for the files of its own build alone; the API is never touched, what is read offline is in the replica.
 * A new build waits until somebody asks for it (`activate`) or no page of the old one is left.
 */
declare const self: ServiceWorkerGlobalScope
/** By `scripts/worker.mjs`: the hash of all files, and their addresses. */
declare const VERSION: string
declare const FILES: readonly string[]

const PREFIX = 'taskfold-'
const CACHE = PREFIX + VERSION
/** Files under this never change. */
const LASTING = '/_next/static/'
const known = new Set(FILES)

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', ({ data }) => {
  if (data === 'activate') void self.skipWaiting()
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  const file = request.mode === 'navigate' ? pageOf(url.pathname) : url.pathname
  if (file !== undefined && known.has(file)) event.respondWith(answer(file, request))
  // Pages of the build before that are still open may load parts of it.
  else if (url.pathname.startsWith(LASTING)) event.respondWith(answer(url.pathname, request))
})

/** The file of a page; none where the server has something else, such as a download. */
function pageOf(path: string): string | undefined {
  if (known.has(path)) return path
  const served = ['/api/', '/healthz', '/readyz', '/metrics'].some((each) => path.startsWith(each))
  return served ? undefined : '/404.html'
}

async function answer(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const kept = (await cache.match(file)) ?? (await caches.match(file))
  return kept ?? fetch(request)
}

async function install() {
  const cache = await caches.open(CACHE)
  const load = async (file: string) => {
    const same = file.startsWith(LASTING) ? await caches.match(file) : undefined
    const response = same ?? (await fetch(file, { cache: 'no-cache', credentials: 'same-origin' }))
    if (!response.ok || response.redirected) throw new Error(`${file}: ${response.status}`)
    await cache.put(file, response)
  }
  const left = [...FILES]
  const worker = async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) await load(file)
  }
  // Few at a time: somebody may be waiting for their tasks.
  await Promise.all(Array.from({ length: 4 }, worker))
}

/** The build before this one stays, for its pages that are open. */
async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX))
  const old = names.filter((name) => name !== CACHE).slice(0, -1)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

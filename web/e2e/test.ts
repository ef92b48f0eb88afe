import { test as base, expect, type Page } from '@playwright/test'
import axe from 'axe-core'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const binary = process.env['E2E_BINARY'] ?? '../target/debug/taskfold'
const root = path.join(import.meta.dirname, '..')

/** Starts a process that says its address, and waits for that. */
async function start(command: string, args: string[]): Promise<[ChildProcess, string]> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error(`${command} stopped: ${said}`)))
    child.once('error', reject)
  })
  return [child, address]
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill()
  await gone
}

type Person = { name: string; email: string; password: string }

let people = 0

type Fixtures = {
  /** Fails the test on a violation of the policy, an error on the page, or a request to elsewhere. */
  watched: undefined
  person: Person
  /** A page of somebody who has just registered. */
  signedIn: Page
}

export const test = base.extend<Fixtures, { origin: string }>({
  origin: [
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'taskfold-e2e-'))
      const arguments_ = ['serve', '--data', folder, '--listen', '127.0.0.1:0']
      const [server, origin] = await start(binary, arguments_)
      await use(origin)
      await stop(server)
      rmSync(folder, { recursive: true })
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ origin }, use) => use(origin),
  watched: [
    async ({ page, origin }, use) => {
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text())
      })
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin))
          faults.push(`asked ${request.url()}`)
      })
      await use(undefined)
      expect(faults).toEqual([])
    },
    { auto: true },
  ],
  person: async ({}, use, { workerIndex }) => {
    people += 1
    const email = `ada.${workerIndex}.${people}@example.org`
    await use({ name: 'Ada Byron', email, password: 'correct horse' })
  },
  signedIn: async ({ page, person }, use) => {
    await page.goto('/register')
    const answer = await page.request.post('/api/v1/auth/register', {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      data: { email: person.email, password: person.password, display_name: person.name },
    })
    expect(answer.status()).toBe(201)
    await use(page)
  },
})

export { expect }

/** Adds tasks by their words, as quick add does. */
export async function add(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    const answer = await page.request.post('/api/v1/quick-add', {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      data: { text },
    })
    expect(answer.status()).toBe(201)
  }
}

/** No fault of accessibility that a tool can find, in either theme and from right to left. */
export async function expectAccessible(page: Page): Promise<void> {
  // A skeleton has no heading yet.
  await expect(page.locator('h1')).toBeVisible()
  await page.evaluate(axe.source)
  const faults = await page.evaluate(async () => {
    const root = document.documentElement
    const { dir, dataset } = root
    const { theme } = dataset
    const looks = [
      { dir: 'ltr', theme: 'light' },
      { dir: 'ltr', theme: 'dark' },
      { dir: 'rtl', theme: theme ?? 'light' },
    ]
    const found: string[] = []
    for (const look of looks) {
      root.dir = look.dir
      root.dataset['theme'] = look.theme
      // Colours that still fade from one theme to the other are those of neither.
      for (const motion of document.getAnimations())
        if (motion instanceof CSSTransition) motion.finish()
      const { violations } = await window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        // Menus and toasts stand outside of the landmarks, as their patterns have it.
        rules: { region: { enabled: false } },
      })
      for (const { id, nodes } of violations)
        found.push(`${look.theme} ${look.dir} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    }
    root.dir = dir
    if (theme === undefined) delete dataset['theme']
    else dataset['theme'] = theme
    return found
  })
  expect(faults).toEqual([])
}

declare global {
  // Only an interface can be added to.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Window {
    axe: typeof axe
  }
}

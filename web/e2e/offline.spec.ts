import type { Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

/** Writes over the API as the person of the page, as their other device would. */
async function write(page: Page, method: 'post' | 'patch' | 'delete', path: string, data?: object) {
  const answer = await page.request[method](`/api/v1${path}`, {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    data,
  })
  expect(answer.ok()).toBe(true)
}

async function idOf(page: Page, title: string): Promise<string> {
  const href = await page.getByRole('link', { name: title }).getAttribute('href')
  return new URLSearchParams(href?.split('?')[1]).get('task') ?? ''
}

const live = (page: Page) =>
  expect(page.getByRole('status').getByText('Up to date')).toBeVisible({ timeout: 15_000 })

// What is loaded on demand is there without a network as well.
test.use({ serviceWorkers: 'allow' })

/** The app is on this device: it needs no network from now on. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready
    return navigator.serviceWorker.controller !== null
  })

test('what is done without a network is kept through a reload and sent once', async ({
  signedIn: page,
  context,
}) => {
  test.slow()
  await add(page, 'Water the plants', 'Sweep the floor')
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()
  await live(page)
  await expect.poll(() => kept(page), { timeout: 60_000 }).toBe(true)
  await context.setOffline(true)
  await expect(page.getByRole('status').getByText('Offline')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Complete “Water the plants”' }).click()
  await page.keyboard.press('q')
  await page.getByLabel('Task, in one line').fill('Buy bread tomorrow')
  await page.getByLabel('Task, in one line').press('Enter')
  await expect(page.getByRole('link', { name: 'Buy bread tomorrow' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('link', { name: 'Buy bread tomorrow' })).toBeVisible()
  await page.getByRole('status').getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'Waiting to be sent' })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Complete “Water' })).toBeVisible()
  await expectAccessible(page)

  await context.setOffline(false)
  await expect(page.getByRole('heading', { name: 'Everything is saved' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Inbox' }).click()
  await expect(page.getByRole('link', { name: 'Buy bread', exact: true })).toHaveCount(1)
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Water the plants' })).toBeHidden()
})

test('different fields merge, and the same field is decided by whoever changed it', async ({
  signedIn: page,
  context,
}) => {
  await add(page, 'Plan the trip')
  await page.goto('/inbox')
  const id = await idOf(page, 'Plan the trip')
  await page.getByRole('link', { name: 'Plan the trip' }).click()
  const title = page.getByRole('complementary', { name: 'Task' }).getByLabel('Title')
  await expect(title).toHaveValue('Plan the trip')
  await live(page)
  await context.setOffline(true)
  await expect(page.getByRole('status').getByText('Offline')).toBeVisible()
  await title.fill('Plan the trip to Lyon')
  await title.press('Enter')
  const elsewhere = { title: 'Plan the trip to Marseille', priority: 'high' }
  await write(page, 'patch', `/tasks/${id}`, elsewhere)
  await context.setOffline(false)

  await expect(page.getByText('Somebody else changed the same thing').first()).toBeVisible()
  // It is said at once; the window itself is for whoever sees it, or goes to it by F6.
  await page.getByRole('button', { name: 'Look', includeHidden: true }).click()
  await expect(page.getByRole('heading', { name: 'Changed in two places' })).toBeVisible()
  const card = page.getByRole('listitem').filter({ hasText: 'It was: Plan the trip' })
  await expect(card).toContainText('Plan the trip to Lyon')
  await expect(card).toContainText('Plan the trip to Marseille')
  await expectAccessible(page)
  await card.getByRole('button', { name: 'Keep mine' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Everything is saved' })).toBeVisible()
  const kept = page.getByRole('dialog', { name: 'Kept yours' })
  await kept.getByRole('button', { name: 'Undo' }).press('Enter')
  await expect(card).toBeVisible()
  await card.getByRole('button', { name: 'Keep mine' }).press('Enter')
  await page.getByRole('link', { name: 'Inbox' }).click()
  const row = page.getByRole('main').getByRole('link', { name: 'Plan the trip to Lyon' })
  await expect(row).toContainText('High priority')
})

test('what the server refuses is kept with its text, and sent again on demand', async ({
  signedIn: page,
}) => {
  await add(page, 'Sweep the floor')
  await page.goto('/inbox')
  await live(page)
  const problem = { type: '', title: 'No', status: 403, detail: 'Only members may write here.' }
  await page.route('**/api/v1/tasks/*/complete*', (route) =>
    route.fulfill({ status: 403, json: { ...problem, code: 'role_required' } }),
  )
  await page.getByRole('checkbox', { name: 'Complete “Sweep the floor”' }).click()
  await page.getByRole('link', { name: 'Unsaved changes' }).click()
  const card = page.getByRole('listitem').filter({ hasText: 'Only members may write here.' })
  await expect(card.getByRole('heading', { name: 'Complete “Sweep the floor”' })).toBeVisible()
  await expectAccessible(page)
  await card.getByRole('button', { name: 'Drop' }).press('Enter')
  await expect(card).toBeHidden()
  await page
    .getByRole('dialog', { name: 'Dropped' })
    .getByRole('button', { name: 'Undo' })
    .press('Enter')
  await page.unroute('**/api/v1/tasks/*/complete*')
  await card.getByRole('button', { name: 'Try again' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Everything is saved' })).toBeVisible()
  await page.getByRole('link', { name: 'Inbox' }).click()
  await expect(page.getByRole('checkbox', { name: /Sweep the floor/ })).toBeHidden()
})

test('two browsers see what each other does', async ({ signedIn: page, browser, origin }) => {
  await add(page, 'Water the plants', 'Sweep the floor')
  const storageState = await page.context().storageState()
  const context = await browser.newContext({ baseURL: origin, storageState })
  const other = await context.newPage()
  await Promise.all([page.goto('/inbox'), other.goto('/inbox')])
  await Promise.all([live(page), live(other)])
  await other.getByRole('checkbox', { name: 'Complete “Water the plants”' }).click()
  await expect(page.getByRole('checkbox', { name: /Water the plants/ })).toBeHidden()
  await page.keyboard.press('q')
  await page.getByLabel('Task, in one line').fill('Buy bread !high')
  await page.getByLabel('Task, in one line').press('Enter')
  await expect(other.getByRole('link', { name: 'Buy bread' })).toContainText('High priority')
  await context.close()
})

test('after a minute without the server nothing is missing and nothing is read twice', async ({
  signedIn: page,
}) => {
  await add(page, 'Before')
  let broken = false
  const sockets = new Set<{ close(): Promise<void> }>()
  await page.routeWebSocket(/\/api\/v1\/live/, async (socket) => {
    sockets.add(socket)
    if (broken) await socket.close()
    else socket.connectToServer()
  })
  await page.route('**/api/v1/**', (route) => (broken ? route.abort() : route.fallback()))
  await page.clock.install()
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Before' })).toBeVisible()
  await live(page)
  const reads: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname.startsWith('/api/v1/tasks')) reads.push(searchParams.get('ids') ?? pathname)
  })
  broken = true
  for (const socket of sockets) await socket.close()
  await expect(page.getByRole('status').getByText('Connecting')).toBeVisible()
  await add(page, 'First', 'Second', 'Third')
  await page.clock.fastForward(60_000)
  await expect(page.getByRole('link', { name: 'First' })).toBeHidden()
  broken = false
  // The longest wait between tries is half a minute.
  await page.clock.fastForward(30_000)
  await live(page)
  for (const title of ['First', 'Second', 'Third']) {
    await expect(page.getByRole('link', { name: title })).toHaveCount(1)
  }
  // The whole list was not read again, and no task twice.
  const ids = reads.flatMap((read) => read.split(','))
  expect(ids).toHaveLength(3)
  expect(new Set(ids).size).toBe(3)
})

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

const live = (page: Page) => expect(page.getByRole('status').getByText('Up to date')).toBeVisible()

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
  await add(page, 'Water the plants', 'Sweep the floor')
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()
  await live(page)
  await expect.poll(() => kept(page)).toBe(true)
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

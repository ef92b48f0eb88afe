import type { Page } from '@playwright/test'
import { expect, test } from './test'

async function make(page: Page, count: number) {
  for (let at = 0; at < count; at += 100) {
    const commands = Array.from({ length: 100 }, (_, one) => {
      return { command: 'create_task', title: `Task ${at + one + 1}` }
    })
    const answer = await page.request.post('/api/v1/bulk', {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      data: { commands },
    })
    expect(answer.status()).toBe(200)
  }
}

test('ten thousand tasks are scrolled through, and only what is seen is in the page', async ({
  signedIn: page,
}) => {
  test.setTimeout(120_000)
  await make(page, 10_000)
  await page.goto('/inbox')
  const list = page.getByRole('list', { name: 'Inbox' })
  await expect(list.getByRole('link', { name: 'Task 1', exact: true })).toBeVisible({
    timeout: 60_000,
  })
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await page.getByRole('main').evaluate((main, to) => {
      main.scrollTo(0, main.scrollHeight * to)
    }, part)
    await expect(list.getByRole('link').first()).toBeVisible()
    expect(await list.getByRole('listitem').count()).toBeLessThan(60)
  }
  await expect(list.getByRole('link', { name: 'Task 10000', exact: true })).toBeVisible()
})

test('going from page to page takes at most 100 ms of script with a thousand tasks', async ({
  signedIn: page,
}) => {
  await make(page, 1_000)
  test.setTimeout(60_000)
  await page.goto('/inbox')
  const devtools = await page.context().newCDPSession(page)
  // Work, not wall time: other processes do not count.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const scripted = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN) * 1_000
  }
  const go = async (name: string) => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .first()
      .click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  }
  const first = page.getByRole('link', { name: 'Task 1', exact: true })
  await expect(first).toBeVisible()
  // The parts of the pages are there from then on.
  await go('Upcoming')
  await go('Inbox')
  await expect(first).toBeVisible()
  for (const name of ['Upcoming', 'Inbox']) {
    const before = await scripted()
    await go(name)
    if (name === 'Inbox') await expect(first).toBeVisible()
    const work = (await scripted()) - before
    test.info().annotations.push({ type: name, description: `${Math.round(work)} ms of script` })
    expect(work).toBeLessThan(100)
  }
})

test('at most 320 kB of scripts are loaded until the tasks are shown, with what comes beside', async ({
  signedIn: page,
}) => {
  await make(page, 100)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  const scripts = new Set<string>()
  let bytes = 0
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Task 1', exact: true })).toBeVisible()
  const kilobytes = Math.round(bytes / 1_000)
  test.info().annotations.push({ type: 'scripts', description: `${kilobytes} kB` })
  expect(kilobytes).toBeLessThan(320)
})

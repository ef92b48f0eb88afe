import type { Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

/** Asks the API for something as the person who is signed in. */
async function send(page: Page, method: string, path: string, data: unknown = {}) {
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    data,
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  const body: unknown = await answer.json()
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : ''
}

/** A list with a past: three tasks, of which one is done, one has changed and one was deleted. */
async function makePast(page: Page) {
  const list = await send(page, 'POST', '/lists', { name: 'Garden' })
  const task = (title: string) => send(page, 'POST', '/tasks', { title, list_id: list })
  const [rake, seeds, hose] = [await task('Buy a rake'), await task('Sow'), await task('Hose')]
  await send(page, 'POST', `/tasks/${rake}/complete`)
  await send(page, 'PATCH', `/tasks/${seeds}`, { title: 'Sow the seeds', priority: 'high' })
  await send(page, 'DELETE', `/tasks/${hose}`)
  return { list, seeds }
}

test('the slider shows a list as it was, and brings it back', async ({ signedIn: page }) => {
  const { list } = await makePast(page)
  await page.goto(`/list?id=${list}`)
  await expect(page.getByRole('link', { name: 'Sow the seeds' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  const slider = page.getByRole('slider', { name: 'Moment' })
  await expect(slider).toBeFocused()
  await expect(page.getByText('As it is now,')).toBeVisible()
  await expect(slider).toHaveAttribute('aria-valuetext', /Deleted Hose/)
  await expectAccessible(page)

  await page.keyboard.press('ArrowLeft')
  const main = page.getByRole('main')
  await expect(main.getByText('Hose', { exact: true }).first()).toBeVisible()
  await expect(main.getByText('deleted since')).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(main.getByText('changed since: Title, Priority')).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(slider).toHaveAttribute('aria-valuetext', /Added Hose/)
  await expect(main.getByText('completed since')).toBeVisible()
  await expect(page.getByText('3 tasks differ today')).toBeVisible()
  await expect(page).toHaveURL(/at=0%3A\d+/)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Restore “Hose” as it was' }).click()
  await expect(page.getByText('“Hose” is as it was')).toBeVisible()
  await expect(page.getByText('2 tasks differ today')).toBeVisible()
  await page.getByRole('button', { name: 'Restore this list' }).click()
  await expect(page.getByText('The list is as it was')).toBeVisible()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(page).toHaveURL(`/list?id=${list}`)
  for (const title of ['Buy a rake', 'Sow', 'Hose'])
    await expect(page.getByRole('link', { name: title, exact: true })).toBeVisible()
})

test('the whole workspace is shown as it was, by keys and by hand', async ({ signedIn: page }) => {
  await add(page, 'Call Anna today')
  await makePast(page)
  await page.goto('/today?at=now&whole=')
  const slider = page.getByRole('slider', { name: 'Moment' })
  await expect(page.getByRole('heading', { name: 'Everything' })).toBeVisible()
  await expect(page.getByRole('heading', { name: /Garden/ })).toBeVisible()
  await expectAccessible(page)
  await slider.press('Home')
  await expect(page.getByText('Nothing was here then')).toBeVisible()
  await expectAccessible(page)
  const box = await slider.boundingBox()
  if (box === null) throw new Error('the slider is not shown')
  await page.mouse.move(box.x + 2, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 2, box.y + 20)
  await page.mouse.up()
  await expect(slider).toHaveAttribute('aria-valuetext', /Deleted Hose/)
  await page.getByRole('radio', { name: 'This page' }).click()
  await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible()
  await expect(page.getByRole('main').getByText('Call Anna').first()).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('slider')).toBeHidden()
})

test('the activity takes back any change, and brings it back', async ({ signedIn: page }) => {
  await makePast(page)
  await page.goto('/activity')
  const change = (words: string) => page.getByRole('listitem').filter({ hasText: words })
  await expect(change('Completed Buy a rake')).toBeVisible()
  await expect(change('Changed Sow the seeds')).toContainText('Sow the seeds')
  await expectAccessible(page)
  await change('Completed Buy a rake').getByRole('button', { name: 'Undo' }).click()
  await expect(change('Undid: Reopened Buy a rake')).toBeVisible()
  const undone = change('Completed Buy a rake').filter({ hasText: 'Undone' })
  await expect(undone).toBeVisible()
  await expectAccessible(page)
  await undone.getByRole('button', { name: 'Redo' }).click()
  await expect(undone).toBeHidden()

  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Lists' }).click()
  await expect(change('Created the list Garden')).toBeVisible()
  await expect(change('Buy a rake')).toHaveCount(0)
})

test('the history of a task tells each field and has each version', async ({ signedIn: page }) => {
  const { list, seeds } = await makePast(page)
  await page.goto(`/list?id=${list}&task=${seeds}`)
  await page.getByRole('button', { name: 'History' }).click()
  const panel = page.getByRole('complementary', { name: 'Task' })
  await expect(panel.locator('ins', { hasText: 'the seeds' })).toBeVisible()
  await expect(panel.locator('del', { hasText: 'None' })).toBeVisible()
  await expectAccessible(page)
  await panel.getByRole('button', { name: /Restore the version of/ }).click()
  await expect(page.getByText('The earlier version is back')).toBeVisible()
  await expect(panel.getByLabel('Title')).toHaveValue('Sow')
})

test('the trash gives back one thing, or all that went together', async ({ signedIn: page }) => {
  const { list } = await makePast(page)
  await send(page, 'DELETE', `/lists/${list}`)
  await page.goto('/trash')
  await expect(page.getByText('Hose')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('searchbox', { name: 'Search the trash' }).fill('seeds')
  await expect(page.getByText('Hose')).toBeHidden()
  await page.getByRole('searchbox').fill('')
  await page.getByRole('button', { name: 'Restore all 3' }).click()
  await expect(page.getByText('Restored 3 things')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Garden' })).toBeVisible()
  await page.getByRole('button', { name: 'Restore “Hose”' }).click()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await expectAccessible(page)
  await page
    .getByRole('dialog', { name: 'Restored “Hose”' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(page.getByRole('button', { name: 'Restore “Hose”' })).toBeVisible()
})

test('a file is looked into, brought, and taken back', async ({ signedIn: page }) => {
  const csv = [
    'TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE',
    'task,Prune the roses,,1,1,,,,en,UTC',
    'task,Mow the lawn,,4,1,,,tomorrow,en,UTC',
  ].join('\n')
  await page.goto('/import')
  await expectAccessible(page)
  const file = { mimeType: 'text/csv', buffer: Buffer.from(csv) }
  await page.getByLabel('Choose a file').setInputFiles({ ...file, name: 'Garden.csv' })
  await expect(page.getByText('from Todoist')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'It is all here' })).toBeVisible()
  await expectAccessible(page)
  await expect(page.getByRole('link', { name: 'Garden' })).toBeVisible()
  await page
    .getByRole('dialog', { name: /Imported/ })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(page.getByRole('link', { name: 'Garden' })).toBeHidden()
  const odd = { mimeType: 'text/plain', buffer: Buffer.from('neither this nor that') }
  await page.getByLabel('Choose a file').setInputFiles({ ...odd, name: 'odd.bin' })
  await expect(
    page.getByRole('heading', { name: 'The file does not tell where it is from' }),
  ).toBeVisible()
  await expectAccessible(page)
})

test('a sample workspace is made on demand, and goes by undo', async ({ signedIn: page }) => {
  await page.goto('/inbox')
  await page.getByRole('button', { name: 'Look around in a sample' }).click()
  await expect(
    page.getByRole('link', { name: 'Open this task and read its description' }),
  ).toBeVisible()
  await expect(page.getByRole('link', { name: 'Trip to Lyon' })).toBeVisible()
  await expectAccessible(page)
  await page
    .getByRole('dialog', { name: 'This is a sample workspace' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(page.getByRole('link', { name: 'Trip to Lyon' })).toBeHidden()
})

import type { Locator, Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

const tasks = [
  'Send the invoice to Lyra today !urgent #billing',
  'Review the offer tomorrow !high #office',
  'Buy bread',
]

const column = (page: Page, name: string) => page.getByRole('region', { name })
const card = (where: Locator | Page, title: string) => where.getByRole('link', { name: title })

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()]
  if (start === null || end === null) throw new Error('what is dragged cannot be seen')
  await page.mouse.move(start.x + 12, start.y + 6)
  await page.mouse.down()
  await page.mouse.move(start.x + 30, start.y + 20, { steps: 3 })
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 5 })
  await page.mouse.up()
}

test('tasks are shown as a board and change by being put into its columns', async ({
  signedIn: page,
}) => {
  await add(page, ...tasks)
  await page.goto('/inbox')
  await expect(card(page, 'Buy bread')).toBeVisible()
  await page.keyboard.press('v')
  await expect(card(column(page, 'Urgent'), 'Send the invoice')).toBeVisible()
  await expect(card(column(page, 'No priority'), 'Buy bread')).toBeVisible()
  await expectAccessible(page)

  const medium = column(page, 'Medium')
  await drag(page, card(page, 'Review the offer'), medium)
  await expect(card(medium, 'Review the offer')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card(column(page, 'High'), 'Review the offer')).toBeVisible()

  // The same by keys, and it is the same board after a reload.
  await card(page, 'Send the invoice').focus()
  await page.keyboard.press('ArrowRight')
  await expect(card(page, 'Review the offer')).toBeFocused()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(card(medium, 'Review the offer')).toBeFocused()
  await page.reload()
  await expect(card(medium, 'Review the offer')).toBeVisible()
})

test('a board is made of any field', async ({ signedIn: page }) => {
  await add(page, ...tasks)
  await page.goto('/inbox')
  await page.getByRole('button', { name: 'Show as a board' }).click()
  await page.getByRole('combobox', { name: 'Columns' }).click()
  await page.getByRole('option', { name: 'By due date' }).click()
  await expect(card(column(page, 'Today'), 'Send the invoice')).toBeVisible()
  await drag(page, card(page, 'Review the offer'), column(page, 'Today'))
  await expect(card(column(page, 'Today'), 'Review the offer')).toBeVisible()

  await page.getByRole('combobox', { name: 'Columns' }).click()
  await page.getByRole('option', { name: 'By state' }).click()
  await card(column(page, 'Open'), 'Buy bread').focus()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(card(column(page, 'Done'), 'Buy bread')).toBeVisible()
  await page.keyboard.press('v')
  await expect(column(page, 'Done')).toBeHidden()
})

test('what a filter finds is a board too', async ({ signedIn: page }) => {
  await add(page, ...tasks)
  await page.goto('/filter?q=due%20%3C%3D%20tomorrow')
  await expect(card(page, 'Review the offer')).toBeVisible()
  await page.getByRole('button', { name: 'Show as a board' }).click()
  await page.getByRole('combobox', { name: 'Columns' }).click()
  await page.getByRole('option', { name: 'By tag' }).click()
  await expect(card(column(page, '#office'), 'Review the offer')).toBeVisible()
  await expectAccessible(page)
})

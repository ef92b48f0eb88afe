import type { Locator, Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

const tasks = ['Dentist 2030-05-14 8:15am !high', 'Renew the passport 2030-05-14', 'Buy bread']

const dayOf = (page: Page, name: string) => page.getByRole('gridcell', { name })
const chip = (where: Locator | Page, title: string) => where.getByRole('link', { name: title })

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()]
  if (start === null || end === null) throw new Error('what is dragged cannot be seen')
  await page.mouse.move(start.x + 12, start.y + 6)
  await page.mouse.down()
  await page.mouse.move(start.x + 30, start.y + 20, { steps: 3 })
  await page.mouse.move(end.x + end.width / 2, end.y + end.height - 8, { steps: 5 })
  await page.mouse.up()
}

test('tasks are dragged to other days, out of the tray and back into it', async ({
  signedIn: page,
}) => {
  await add(page, ...tasks)
  await page.goto('/calendar?day=2030-05-14')
  await expect(page.getByRole('heading', { name: 'May 2030', level: 1 })).toBeVisible()
  const [may14, may16] = [dayOf(page, 'Tuesday, May 14'), dayOf(page, 'Thursday, May 16')]
  await expect(chip(may14, 'Dentist')).toContainText('8:15 AM')
  await expectAccessible(page)

  await drag(page, chip(may14, 'Dentist'), may16)
  await expect(chip(may16, 'Dentist')).toContainText('8:15 AM')
  await expect(page.getByText('Put “Dentist” on Thursday, May 16')).toBeVisible()
  const tray = page.getByRole('region', { name: 'Without a date' })
  await drag(page, chip(tray, 'Buy bread'), may16)
  await expect(chip(may16, 'Buy bread')).toBeVisible()
  await expect(tray.getByText('Every task has its day.')).toBeVisible()
  await drag(page, chip(may14, 'Renew the passport'), tray)
  await expect(chip(tray, 'Renew the passport')).toBeVisible()
  await page
    .getByRole('dialog', { name: '“Renew the passport” has no date now' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(chip(may14, 'Renew the passport')).toBeVisible()
  // A click is no drag: it opens the task.
  await chip(may16, 'Dentist').click()
  await expect(page).toHaveURL(/task=/)
})

test('the keyboard does all of that', async ({ signedIn: page }) => {
  await add(page, ...tasks)
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Buy bread' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/20\d\d/)
  await page.goto('/calendar?day=2030-05-14')
  const may14 = dayOf(page, 'Tuesday, May 14')
  await expect(chip(may14, 'Dentist')).toBeVisible()
  await may14.focus()
  await page.keyboard.press('ArrowDown')
  await expect(dayOf(page, 'Tuesday, May 21')).toBeFocused()
  await page.keyboard.press('PageDown')
  await expect(page.getByRole('heading', { name: 'June 2030', level: 1 })).toBeVisible()
  await page.keyboard.press('PageUp')
  await expect(dayOf(page, 'Tuesday, May 21')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(may14).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chip(page, 'Renew the passport')).toBeFocused()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(chip(dayOf(page, 'Wednesday, May 15'), 'Renew the passport')).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(chip(dayOf(page, 'Wednesday, May 22'), 'Renew the passport')).toBeFocused()
  await page.keyboard.press('Alt+Backspace')
  const tray = page.getByRole('region', { name: 'Without a date' })
  await expect(chip(tray, 'Renew the passport')).toBeVisible()
  await chip(tray, 'Buy bread').focus()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(chip(dayOf(page, 'Wednesday, May 22'), 'Buy bread')).toBeFocused()

  await page.getByRole('radio', { name: 'Week' }).click()
  await expect(page.getByRole('heading', { name: 'May 20 – 26, 2030', level: 1 })).toBeVisible()
  await expect(chip(dayOf(page, 'Wednesday, May 22'), 'Buy bread')).toBeVisible()
  await expectAccessible(page)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('the tasks of a day stand below the month', async ({ signedIn: page }) => {
    await add(page, ...tasks)
    await page.goto('/calendar?day=2030-05-01')
    await expect(page.getByText('Nothing is due on this day.')).toBeVisible()
    await dayOf(page, 'Tuesday, May 14').tap()
    await expect(page.getByRole('list', { name: 'Tuesday, May 14' })).toContainText('Dentist')
    await expectAccessible(page)
    const sideways = await page
      .getByRole('main')
      .evaluate((main) => main.scrollWidth > main.clientWidth)
    expect(sideways).toBe(false)
  })
})

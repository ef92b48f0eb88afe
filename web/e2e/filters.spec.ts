import type { Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

const tasks = [
  'Send the invoice to Lyra yesterday !urgent #billing',
  'Review the offer of the printer tomorrow !high #office',
  'Call Anna tomorrow !low',
  'Water the plants every Sunday #home //with rain water',
  'Renew the passport in 3 weeks !medium #travel',
  'Buy bread',
]

const field = (page: Page) => page.getByRole('textbox', { name: 'Filter' })
const suggested = (page: Page) => page.getByRole('listbox', { name: 'What could follow' })
const found = (page: Page) => page.getByRole('main').locator('[data-task]')

async function titlesAtServer(page: Page, filter: string): Promise<string[]> {
  const answer = await page.request.get('/api/v1/tasks', { params: { filter } })
  const body: unknown = await answer.json()
  return [...JSON.stringify(body).matchAll(/"title":"([^"]*)"/g)].map(([, title = '']) => title)
}

test('a filter is written with completion, saved, changed and removed', async ({
  signedIn: page,
}) => {
  await add(page, ...tasks)
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Call Anna' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await expect(field(page)).toBeFocused()
  await expect(page.getByRole('heading', { name: 'Begin with one of these' })).toBeVisible()
  await expectAccessible(page)

  // By the keyboard alone: Enter completes what was begun, arrows choose what could follow.
  await page.keyboard.type('pri')
  await expect(suggested(page).getByRole('option')).toHaveText(['priorityhow urgent'])
  await page.keyboard.press('Enter')
  await expect(field(page)).toHaveValue('priority ')
  await page.keyboard.type('>= h')
  await expect(suggested(page).getByRole('option', { name: 'high' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(field(page)).toHaveValue('priority >= high ')
  await expect(found(page)).toHaveText([/Send the invoice/, /Review the offer/])
  await page.keyboard.type('tag = off')
  await page.keyboard.press('Enter')
  await expect(field(page)).toHaveValue('priority >= high tag = office ')
  await expect(found(page)).toHaveText([/Review the offer/])
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL('/filter?q=priority+%3E%3D+high+tag+%3D+office+')

  await page.getByRole('button', { name: 'Save filter' }).click()
  const name = page.getByRole('textbox', { name: 'Name of the filter' })
  await expect(name).toBeFocused()
  await expectAccessible(page)
  await name.fill('At work')
  await name.press('Enter')
  const entry = page.getByRole('complementary').getByRole('link', { name: 'At work' })
  await expect(page.getByRole('heading', { name: 'At work', level: 1 })).toBeVisible()
  await entry.click()
  await expect(page).toHaveURL(/\/filter\?id=/)
  await expect(field(page)).toHaveValue('priority >= high tag = office')

  await field(page).fill('priority >= high')
  await expect(found(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('button', { name: 'Save changes' })).toBeHidden()
  await page.getByRole('button', { name: 'What can be done' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await name.fill('Soon')
  await name.press('Enter')
  await expect(page.getByRole('heading', { name: 'Soon', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'What can be done' }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(page.getByRole('complementary').getByRole('link', { name: 'Soon' })).toBeHidden()
  await page
    .getByRole('dialog', { name: 'Removed the filter “Soon”' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(page.getByRole('complementary').getByRole('link', { name: 'Soon' })).toBeVisible()
})

test('a mistake is told in its place, and what was found stays', async ({ signedIn: page }) => {
  await add(page, ...tasks)
  await page.goto('/filter?q=tag%20%3D%20home')
  await expect(found(page)).toHaveText([/Water the plants/])
  await field(page).fill('tag = home and due < soon and is:open')
  await expect(page.getByText('“soon” is no day.')).toBeVisible()
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true')
  await expect(found(page)).toHaveText([/Water the plants/])
  await expectAccessible(page)
  await field(page).fill('tag = nowhere')
  await expect(page.getByRole('heading', { name: 'No task fits this filter' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/filter?id=0190f5fe-7c00-7a00-8000-000000000001')
  await expect(page.getByRole('heading', { name: 'There is no such filter' })).toBeVisible()
  await expectAccessible(page)
})

test('what is found here is what the server finds', async ({ signedIn: page }) => {
  await add(page, ...tasks)
  await page.goto('/inbox')
  await page.getByRole('checkbox', { name: 'Complete “Call Anna”' }).click()
  await expect(page.getByRole('link', { name: 'Call Anna' })).toBeHidden()
  await expect(page.getByText('Up to date').first()).toBeVisible()
  await page.goto('/filter')
  for (const filter of [
    'due <= tomorrow',
    'not due < today',
    'is:overdue or priority = medium',
    'is:recurring has:description',
    'text ~ "rain wat"',
    'has:tags and not tag = HOME',
    'completed = today',
    'is:done or priority >= high',
    'list = inbox assignee = none parent = none',
    'created = today due > +2w',
  ]) {
    const wanted = await titlesAtServer(page, filter)
    expect(wanted.length, filter).toBeGreaterThan(0)
    await field(page).fill(filter)
    await expect(found(page), filter).toHaveCount(wanted.length)
    for (const title of wanted)
      await expect(found(page).filter({ hasText: title }), `${filter}: ${title}`).toHaveCount(1)
  }
})

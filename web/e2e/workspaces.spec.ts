import type { APIResponse } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

/** The id of what a write has made. */
async function idOf(answer: APIResponse): Promise<string> {
  const body: unknown = await answer.json()
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string')
    return body.id
  throw new Error(`nothing was made: ${JSON.stringify(body)}`)
}

test('a workspace is made, shown, left and found again', async ({ signedIn: page }) => {
  await add(page, 'Sweep the floor')
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()

  await page.getByRole('button', { name: 'Workspace: Personal' }).press('Enter')
  await expect(page.getByRole('menuitemradio', { name: 'Personal' })).toHaveAttribute(
    'aria-checked',
    'true',
  )
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'New workspace' }).press('Enter')
  await page.getByLabel('Name of the workspace').fill('Studio')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/members')
  await expect(page.getByRole('button', { name: 'Workspace: Studio' })).toBeVisible()
  await expectAccessible(page)

  await page.keyboard.press('q')
  await page.getByLabel('Task, in one line').fill('Paint the wall')
  await page.keyboard.press('Enter')
  await page.goto('/inbox')
  await expect(page.getByRole('link', { name: 'Paint the wall' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeHidden()

  await page.getByRole('button', { name: 'Workspace: Studio' }).click()
  await page.getByRole('menuitemradio', { name: 'Personal' }).click()
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Paint the wall' })).toBeHidden()
  await expect(page.getByRole('menu')).toBeHidden()
})

test('an address leads into the workspace of what it names', async ({ signedIn: page }) => {
  const headers = { 'Sec-Fetch-Site': 'same-origin' }
  const made = await page.request.post('/api/v1/workspaces', { headers, data: { name: 'Studio' } })
  const workspace = await idOf(made)
  const listed = await page.request.post(`/api/v1/lists?workspace=${workspace}`, {
    headers,
    data: { name: 'Walls' },
  })
  const list = await idOf(listed)
  await page.goto(`/list?id=${list}`)
  await expect(page.getByRole('heading', { name: 'Walls' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Workspace: Studio' })).toBeVisible()
  await page.goto('/inbox')
  await expect(page.getByRole('button', { name: 'Workspace: Studio' })).toBeVisible()
})

import { add, expect, expectAccessible, test } from './test'

test('search finds as one types, also what is done', async ({ signedIn: page }) => {
  await add(
    page,
    'Bring oat milk to the café #shop',
    'Send the invoice to Lyra !high',
    'Call Anna //She has the invoice of the printer',
    'Sweep the floor',
  )
  await page.goto('/today')
  await expect(page.getByRole('heading', { name: 'All clear for today' })).toBeVisible()
  await page.keyboard.press('/')
  const field = page.getByRole('searchbox', { name: 'Search tasks' })
  await expect(field).toBeFocused()
  await expect(page.getByRole('heading', { name: 'What are you looking for?' })).toBeVisible()
  await expectAccessible(page)

  await field.pressSequentially('invo')
  const results = page.getByRole('list', { name: 'Results' })
  await expect(results.getByRole('link')).toHaveText(['Send the invoice to Lyra', 'Call Anna'])
  await expect(results.locator('mark')).toHaveText(['invoice', 'invoice'])
  await expect(page).toHaveURL('/search?q=invo')
  await expectAccessible(page)

  await field.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(results.getByRole('link', { name: 'Call Anna' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(field).toBeFocused()

  await results.getByRole('checkbox', { name: /Send the invoice/ }).click()
  await expect(results.getByText('Done Today')).toBeVisible()
  await page.reload()
  await expect(results.getByRole('checkbox', { name: /Send the invoice/ })).toBeChecked()
  await expectAccessible(page)

  await field.fill('walrus')
  await expect(page.getByRole('heading', { name: 'Nothing fits “walrus”' })).toBeVisible()
  await expectAccessible(page)
  await field.fill('oat milk')
  await expect(results.getByRole('link')).toHaveText(['Bring oat milk to the café'])
  await field.press('Enter')
  await expect(page).toHaveURL(/task=/)
})

test('without a network search finds what is on the device', async ({ signedIn: page }) => {
  await add(page, 'Bring oat milk to the café', 'Sweep the floor')
  await page.goto('/search')
  await expect(page.getByText('Up to date').first()).toBeVisible()
  await page.context().setOffline(true)
  await expect(page.getByText('Offline').first()).toBeVisible()
  await page.getByRole('searchbox').fill('cafe oat')
  await expect(page.getByRole('link', { name: 'Bring oat milk' })).toBeVisible()
  await expect(page.getByText('only what is on this device is searched')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeHidden()
  await page.context().setOffline(false)
})

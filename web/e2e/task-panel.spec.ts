import { add, expect, expectAccessible, test } from './test'

test('a task opens beside its list, and closes to where one was', async ({ signedIn: page }) => {
  await add(page, 'Write the letter today 5pm !urgent #post', 'Sweep the floor')
  await page.goto('/inbox')
  await page.getByRole('link', { name: 'Write the letter' }).click()
  const panel = page.getByRole('complementary', { name: 'Task' })
  await expect(panel.getByLabel('Title')).toHaveValue('Write the letter')
  await expect(panel).toBeFocused()
  await expectAccessible(page)
})

import { add, expect, expectAccessible, test } from './test'

test('somebody registers and has a first task in a moment', async ({ page, person }) => {
  await page.goto('/register')
  await expectAccessible(page)
  await page.getByLabel('Name').fill(person.name)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL('/inbox')
  await expect(page.getByRole('heading', { name: 'Hello Ada. What is first?' })).toBeVisible()
  await expect(page.getByLabel('Task, in one line')).toBeFocused()
  await expectAccessible(page)
  await page.getByLabel('Task, in one line').fill('Call Anna tomorrow 5pm !high')
  await expect(page.locator('mark')).toHaveText(['tomorrow', '5pm', '!high'])
  await page.getByLabel('Task, in one line').press('Enter')
  await expect(page.getByRole('link', { name: 'Call Anna' })).toBeVisible()
  await expect(page.getByText('Tomorrow 5:00 PM')).toBeVisible()
})

test('a wrong password and an unknown address look the same', async ({
  page,
  signedIn,
  person,
}) => {
  await signedIn.context().clearCookies()
  await page.goto('/list?id=7')
  await expect(page).toHaveURL('/sign-in?return=%2Flist%3Fid%3D7')
  await expectAccessible(page)
  const attempt = async (email: string, password: string) => {
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  const wrong = page.getByText('The email address or the password is wrong.')
  await attempt(person.email, 'wrong horse')
  await expect(wrong).toBeVisible()
  await page.reload()
  await attempt('nobody@example.org', 'wrong horse')
  await expect(wrong).toBeVisible()
  await expectAccessible(page)
  await attempt(person.email, person.password)
  await expect(page).toHaveURL('/list?id=7')
})

test('who signs out sees nothing more', async ({ signedIn: page, person }) => {
  await page.goto('/today')
  await page.getByRole('button', { name: person.name }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.goto('/inbox')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('theme and language follow the person', async ({ signedIn: page, person }) => {
  await page.goto('/inbox')
  await page.getByRole('button', { name: person.name }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('menuitemradio', { name: 'العربية' }).click()
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'الوارد' })).toBeVisible()
  await expectAccessible(page)
  await page.evaluate(() => localStorage.clear())
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
})

test('tasks are completed and deleted, and that is undone', async ({ signedIn: page }) => {
  await add(page, 'Write the letter today !urgent #post', 'Sweep the floor')
  await page.goto('/inbox')
  const letter = page.getByRole('link', { name: 'Write the letter' })
  await expect(letter).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'Complete “Write the letter”' }).click()
  await expect(letter).toBeHidden()
  await expect(page.getByText('Completed “Write the letter”')).toBeVisible()
  await expectAccessible(page)
  const undo = (said: string) =>
    page.getByRole('dialog', { name: said }).getByRole('button', { name: 'Undo' })
  await undo('Completed “Write the letter”').click()
  await expect(letter).toBeVisible()

  await letter.focus()
  await page.keyboard.press('j')
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeHidden()
  await undo('Deleted “Sweep the floor”').click()
  await expect(page.getByRole('link', { name: 'Sweep the floor' })).toBeVisible()
})

test('q adds a task from anywhere, with what the page says', async ({ signedIn: page }) => {
  await add(page, 'Sweep the floor')
  await page.goto('/today')
  await expect(page.getByRole('heading', { name: 'All clear for today' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('q')
  const line = page.getByLabel('Task, in one line')
  await expect(line).toBeFocused()
  await line.fill('Buy milk #shop')
  await expect(page.locator('mark')).toHaveText(['#shop'])
  await expectAccessible(page)
  await line.press('Shift+Enter')
  await expect(line).toHaveValue('')
  await line.fill('Buy bread')
  await line.press('Enter')
  await expect(line).toBeHidden()
  await expect(page.getByRole('link', { name: 'Buy milk' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Buy bread' })).toBeVisible()
})

test('an unknown address has a page of its own', async ({ page }) => {
  const answer = await page.goto('/nowhere')
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await expectAccessible(page)
})

test('of many tasks only what is seen is in the page', async ({ signedIn: page }) => {
  const commands = Array.from({ length: 500 }, (_, at) => ({
    command: 'create_task',
    title: `Task ${at + 1}`,
  }))
  for (let at = 0; at < commands.length; at += 100) {
    const answer = await page.request.post('/api/v1/bulk', {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      data: { commands: commands.slice(at, at + 100) },
    })
    expect(answer.status()).toBe(200)
  }
  await page.goto('/inbox')
  const list = page.getByRole('list', { name: 'Inbox' })
  await expect(list.getByRole('link', { name: 'Task 1', exact: true })).toBeVisible()
  expect(await list.getByRole('listitem').count()).toBeLessThan(60)
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight))
  await expect(list.getByRole('link', { name: 'Task 500', exact: true })).toBeVisible()
  expect(await list.getByRole('listitem').count()).toBeLessThan(60)
})

import { readFileSync } from 'node:fs'
import { add, expect, expectAccessible, test } from './test'

test('somebody sets how the app is, and it stays so', async ({ signedIn: page, person }) => {
  await page.goto('/settings')
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Appearance' }).click()
  await expect(page.getByRole('heading', { name: 'Appearance' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('radio', { name: 'Dark' }).click()
  await page.getByRole('radio', { name: 'Compact' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')

  await page.getByRole('link', { name: 'Language and time' }).click()
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'Time zone' }).click()
  await page.getByPlaceholder('City or region').fill('berlin')
  await page.getByRole('option', { name: 'Europe/Berlin' }).click()
  await page.getByRole('radio', { name: 'Sunday' }).click()

  await page.getByRole('link', { name: 'Notifications' }).click()
  await expectAccessible(page)
  await page.getByLabel('Push').click()
  await page.getByLabel('Send it').click()
  await page.getByLabel('Time of the summary').fill('06:45')

  await page.getByRole('link', { name: 'Profile' }).click()
  await expect(page.getByText(person.email)).toBeVisible()
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByLabel('Name').press('Enter')
  await expect(page.getByText('Your name is saved')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Ada Lovelace' })).toBeVisible()

  await expect
    .poll(async (): Promise<unknown> => (await page.request.get('/api/v1/me')).json())
    .toMatchObject({
      display_name: 'Ada Lovelace',
      theme: 'dark',
      time_zone: 'Europe/Berlin',
      week_start: 'sunday',
      channels: ['email', 'push'],
      digest_time: '06:45',
    })
  await page.goto('/settings?section=notifications')
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
  await expect(page.getByLabel('Push')).toBeChecked()
  await expect(page.getByLabel('Time of the summary')).toHaveValue('06:45')
})

test('what cannot be saved is as it was', async ({ signedIn: page }) => {
  await page.goto('/settings?section=look')
  await page.route('**/api/v1/me', (route) =>
    route.request().method() === 'PATCH' ? route.fulfill({ status: 500 }) : route.continue(),
  )
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect(page.getByText('This could not be saved. It is as it was.').first()).toBeVisible()
  await expect(page.getByRole('radio', { name: 'As the system' })).toBeChecked()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

test('a token is made, shown once and revoked, by the keyboard', async ({ signedIn: page }) => {
  await page.goto('/settings?section=tokens')
  await expect(page.getByText('There is no token yet.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'New token' }).press('Enter')
  await page.getByRole('textbox', { name: 'Name' }).fill('Backup')
  await page.getByLabel('Write').press('Space')
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Name' }).press('Enter')
  const secret = page.getByRole('textbox', { name: 'The token “Backup” is made' })
  await expect(secret).toBeFocused()
  await expectAccessible(page)
  const token = await secret.inputValue()
  const asked = () =>
    page.request.get('/api/v1/tasks', {
      headers: { Authorization: `Bearer ${token}`, Cookie: '' },
    })
  expect((await asked()).status()).toBe(200)
  await page.getByRole('button', { name: 'Done' }).press('Enter')
  await expect(secret).toBeHidden()
  await expect(page.getByText('read, write · never used')).toBeVisible()
  const revoke = page.getByRole('button', { name: /^Revoke/ })
  await revoke.press('Enter')
  await expect(revoke).toHaveText(/for good/)
  await revoke.press('Enter')
  await expect(page.getByText('Revoked the token “Backup”')).toBeVisible()
  await expect.poll(async () => (await asked()).status()).toBe(401)
})

test('other devices are signed out', async ({ signedIn: page, person, browser, baseURL }) => {
  const elsewhere = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) })
  const answer = await elsewhere.request.post('/api/v1/auth/login', {
    headers: { 'Sec-Fetch-Site': 'same-origin', 'User-Agent': 'curl/8.5.0' },
    data: { email: person.email, password: person.password },
  })
  expect(answer.status()).toBe(200)
  await page.goto('/settings?section=sessions')
  await expect(page.getByText('Chrome on Linux').first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out curl' }).click()
  await expect(page.getByText('1 device is signed out')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sign out curl' })).toBeHidden()
  await expect.poll(async () => (await elsewhere.request.get('/api/v1/me')).status()).toBe(401)
  expect((await page.request.get('/api/v1/me')).status()).toBe(200)
  await elsewhere.close()
})

test('everything is taken out as a file', async ({ signedIn: page }) => {
  await add(page, 'Sweep the floor')
  await page.goto('/settings?section=data')
  await expectAccessible(page)
  const begun = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download Everything' }).click()
  const file = await begun
  expect(file.suggestedFilename()).toBe('taskfold-Personal.json')
  expect(readFileSync(await file.path(), 'utf8')).toContain('Sweep the floor')
})

test('a workspace is renamed, deleted and brought back', async ({ signedIn: page }) => {
  const made = await page.request.post('/api/v1/workspaces', {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    data: { name: 'Studio' },
  })
  expect(made.status()).toBe(201)
  await page.goto('/settings?section=workspace')
  await expect(page.getByText('This is your own workspace.')).toBeVisible()
  await page.getByRole('button', { name: 'Workspace: Personal' }).click()
  await page.getByRole('menuitemradio', { name: 'Studio' }).click()
  await expectAccessible(page)
  await page.getByLabel('Name of the workspace').fill('Atelier')
  await page.getByLabel('Name of the workspace').press('Enter')
  await expect(page.getByRole('button', { name: 'Workspace: Atelier' })).toBeVisible()
  await page.getByRole('button', { name: 'Move to trash' }).click()
  await expect(page.getByRole('button', { name: 'Workspace: Personal' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Restore Atelier' })).toBeVisible()
  await expectAccessible(page)
  const told = page.getByRole('dialog', { name: 'Moved the workspace “Atelier” to the trash' })
  await told.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Workspace: Atelier' })).toBeVisible()
  await page.goto('/inbox')
  await page.keyboard.press('q')
  await page.getByLabel('Task, in one line').fill('Paint the wall')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Paint the wall' })).toBeVisible()
})

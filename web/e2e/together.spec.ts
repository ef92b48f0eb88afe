import type { Browser, Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

const headers = { 'Sec-Fetch-Site': 'same-origin' }

/** A page of somebody else, in a browser of their own. */
async function another(browser: Browser, origin: string, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin })
  const page = await context.newPage()
  const email = `${name.toLowerCase().replace(' ', '.')}.${crypto.randomUUID()}@example.org`
  const answer = await page.request.post('/api/v1/auth/register', {
    headers,
    data: { email, password: 'correct horse', display_name: name },
  })
  expect(answer.status()).toBe(201)
  return page
}

/** A workspace that is shown to its owner, and the page of its members. */
async function openMembers(page: Page): Promise<void> {
  const made = await page.request.post('/api/v1/workspaces', { headers, data: { name: 'Studio' } })
  expect(made.status()).toBe(201)
  await page.goto('/members')
  await expect(page.getByText('This workspace is yours alone')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Workspace: Personal' }).click()
  await page.getByRole('menuitemradio', { name: 'Studio' }).click()
  await expect(page.getByLabel('Invite by email')).toBeVisible()
}

/** Asks somebody in, and gives the link that they get. */
async function invite(page: Page, email: string): Promise<string> {
  await page.getByLabel('Invite by email').fill(email)
  await page.getByLabel('Invite by email').press('Enter')
  const link = page.getByRole('textbox', { name: `The invitation for ${email} is made` })
  await expect(link).toBeFocused()
  return link.inputValue()
}

test('somebody is asked in, joins, and both see each other', async ({
  signedIn: page,
  browser,
  origin,
}) => {
  await openMembers(page)
  const link = await invite(page, 'grace@example.org')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'Take back grace@example.org' })).toBeVisible()

  const grace = await another(browser, origin, 'Grace Hopper')
  await grace.goto(link)
  await expect(grace.getByText('Ada Byron asks you into “Studio”')).toBeVisible()
  await expectAccessible(grace)
  await grace.getByRole('button', { name: 'Join' }).press('Enter')
  await expect(grace.getByRole('button', { name: 'Workspace: Studio' })).toBeVisible()

  const members = page.getByRole('list', { name: 'Members' })
  await expect(members.getByText('Grace Hopper').first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Here now' })).toContainText('GH')
  await expect(grace.getByRole('list', { name: 'Here now' })).toContainText('AB')
  await expectAccessible(page)

  await grace.keyboard.press('q')
  await grace.getByLabel('Task, in one line').fill('Paint the wall')
  await grace.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Inbox' }).first().click()
  await page.getByRole('link', { name: 'Paint the wall' }).click()
  await grace.getByRole('link', { name: 'Paint the wall' }).click()
  await expect(page.getByRole('list', { name: 'Looking at this task' })).toContainText('GH')
  await grace.getByRole('textbox', { name: 'Title' }).focus()
  await expect(page.getByText('Grace Hopper edits the title')).toBeVisible()
  await expectAccessible(page)
  await grace.context().close()
  await expect(page.getByText('Grace Hopper edits the title')).toBeHidden()
  await expect(page.getByRole('list', { name: 'Here now' })).toBeHidden()
})

test('roles are given, members removed, invitations taken back, each with undo', async ({
  signedIn: page,
  browser,
  origin,
}) => {
  await openMembers(page)
  const link = new URL(await invite(page, 'grace@example.org'))
  const grace = await another(browser, origin, 'Grace Hopper')
  const id = link.searchParams.get('id') ?? ''
  const joined = await grace.request.post(`/api/v1/invitations/${id}/accept`, {
    headers,
    data: { secret: link.searchParams.get('secret') },
  })
  expect(joined.status()).toBe(200)
  await page.getByRole('button', { name: 'Done' }).click()

  const role = page.getByRole('combobox', { name: 'Role of Grace Hopper' })
  await role.press('Enter')
  await page.getByRole('option', { name: 'Viewer' }).press('Enter')
  await expect(role).toHaveText('Viewer')
  await page
    .getByRole('dialog', { name: 'Grace Hopper: Viewer' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(role).toHaveText('Editor')

  await page.getByRole('button', { name: 'Remove Grace Hopper' }).press('Enter')
  await expect(role).toBeHidden()
  await page
    .getByRole('dialog', { name: 'Grace Hopper is no member any more' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(role).toBeVisible()

  await invite(page, 'linus@example.org')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Take back linus@example.org' }).press('Enter')
  await expect(page.getByText('Nobody waits for an answer.')).toBeVisible()
  await expectAccessible(page)

  await grace.goto('/members')
  await grace.getByRole('button', { name: 'Workspace: Personal' }).click()
  await grace.getByRole('menuitemradio', { name: 'Studio' }).click()
  await grace.getByRole('button', { name: 'Leave Grace Hopper' }).press('Enter')
  await expect(grace.getByRole('button', { name: 'Workspace: Personal' })).toBeVisible()
  await expect(role).toBeHidden()
  await grace.context().close()
})

test('an invitation is declined, and leads nowhere afterwards', async ({
  signedIn: page,
  browser,
  origin,
}) => {
  await openMembers(page)
  const link = await invite(page, 'grace@example.org')
  const grace = await another(browser, origin, 'Grace Hopper')
  await grace.goto(link)
  await grace.getByRole('button', { name: 'No, thanks' }).click()
  await expect(grace).toHaveURL('/today')
  await grace.goto(link)
  await expect(grace.getByText('The invitation was taken back. Ask for a new one.')).toBeVisible()
  await expectAccessible(grace)
  await grace.goto('/invitation?id=7')
  await expect(grace.getByText('The link is not whole')).toBeVisible()
  await grace.context().close()
})

test('who is asked and not registered comes back to the invitation', async ({ page }) => {
  await page.goto('/invitation?id=7&secret=x')
  await expect(page).toHaveURL(/\/sign-in\?return=/)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Name').fill('Grace Hopper')
  await page.getByLabel('Email').fill(`grace.${crypto.randomUUID()}@example.org`)
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL('/invitation?id=7&secret=x')
})

test('an account is deleted after its address and password are typed', async ({
  signedIn: page,
  person,
}) => {
  await add(page, 'Sweep the floor')
  await page.goto('/settings?section=account')
  const go = page.getByRole('button', { name: 'Delete my account for good' })
  await expect(go).toBeDisabled()
  await expectAccessible(page)
  await page.getByLabel(`To go on, type ${person.email}`).fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill('wrong horse')
  await go.click()
  await expect(page.getByRole('alert').getByText(/password/)).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await go.click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('The email address or the password is wrong.')).toBeVisible()
})

import type { Page } from '@playwright/test'
import { add, expect, expectAccessible, test } from './test'

const headers = { 'Sec-Fetch-Site': 'same-origin' }

/** Writes over the API, as another device of the same person would; gives the id of what was made. */
async function post(page: Page, path: string, data: object): Promise<string> {
  const answer = await page.request.post(`/api/v1/${path}`, { headers, data })
  expect(answer.ok(), await answer.text()).toBe(true)
  const made: unknown = await answer.json()
  if (typeof made !== 'object' || made === null || !('id' in made)) throw new Error(path)
  return String(made.id)
}

/** The panel beside the page, of the task with this title. */
async function open(page: Page, title: string) {
  await page.getByRole('list', { name: 'Inbox' }).getByRole('link', { name: title }).click()
  const panel = page.getByRole('complementary', { name: 'Task' })
  await expect(panel.getByLabel('Title')).toHaveValue(title)
  return panel
}

const undo = (page: Page, said: string) =>
  page.getByRole('dialog', { name: said }).getByRole('button', { name: 'Undo' }).first().click()

test('title and description are edited where they stand', async ({ signedIn: page }) => {
  await add(page, 'Write the letter')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  await expect(panel).toBeFocused()
  const title = panel.getByLabel('Title')
  await page.keyboard.press('F2')
  await title.fill('Write two letters')
  await title.press('Enter')
  await expect(panel).toBeFocused()
  await expect(page.getByRole('link', { name: 'Write two letters' })).toBeVisible()
  await undo(page, 'Changed: Title')
  await expect(title).toHaveValue('Write the letter')
  await title.fill('Never mind')
  await title.press('Escape')
  await expect(title).toHaveValue('Write the letter')

  await page.keyboard.press('m')
  const text = panel.getByRole('textbox', { name: 'Description' })
  await expect(text).toBeFocused()
  await text.fill('Say **thank you**, <b>Anna</b>\n\n- [ ] stamp\n\n[x](javascript:alert(1))')
  await expectAccessible(page)
  await text.press('Control+Enter')
  await expect(panel.locator('strong')).toHaveText('thank you')
  await expect(panel.getByText('<b>Anna</b>')).toBeVisible()
  await expect(panel.getByRole('link', { name: 'x', exact: true })).toHaveCount(0)
  await panel.getByRole('checkbox', { name: 'stamp' }).check()
  await expect(panel.getByRole('checkbox', { name: 'stamp' })).toBeChecked()
  await panel.press('Escape')
  await expect(panel).toBeHidden()
  await expect(page).toHaveURL('/inbox')
  await expect(page.getByRole('link', { name: 'Write the letter' })).toBeFocused()
  await page.goBack()
  await expect(panel.getByRole('checkbox', { name: 'stamp' })).toBeChecked()
})

test('what is being written outlasts what others change', async ({ signedIn: page }) => {
  await add(page, 'Write the letter')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  await panel.getByRole('button', { name: 'Add a description' }).click()
  await page.keyboard.type('Mine')
  const id = new URL(page.url()).searchParams.get('task') ?? ''
  const answer = await page.request.patch(`/api/v1/tasks/${id}`, {
    headers,
    data: { description: 'Theirs' },
  })
  expect(answer.ok()).toBe(true)
  await expect(panel.getByText('Somebody changed this text while you wrote.')).toBeVisible()
  await panel.getByRole('button', { name: 'Add theirs below' }).click()
  await panel.getByRole('button', { name: 'Done' }).click()
  await expect(panel.getByText('Mine', { exact: true })).toBeVisible()
  await expect(panel.getByText('Theirs', { exact: true })).toBeVisible()
})

test('fields are set by keyboard alone, and undone', async ({ signedIn: page }) => {
  await add(page, 'Write the letter')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  const focused = async () => {
    await panel.focus()
    await expect(panel).toBeFocused()
  }
  await page.keyboard.press('d')
  await page.getByLabel('Date in words').fill('tomorrow')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('button', { name: 'Due: Tomorrow' })).toBeVisible()

  await focused()
  await page.keyboard.press('d')
  await page.getByLabel('Date in words').fill('friday 5pm')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('button', { name: /Due: .* 5:00 PM/ })).toBeVisible()

  await focused()
  await page.keyboard.press('p')
  await page.getByPlaceholder('Find a priority').fill('hi')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('combobox', { name: 'Priority' })).toHaveText('Priority: High')

  await focused()
  await page.keyboard.press('t')
  await page.getByPlaceholder('Find or create a tag').fill('post')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('combobox', { name: 'Tags' })).toHaveText('Tags: post')
  await page.keyboard.press('Escape')
})

test('lists and reminders are set by keyboard alone, and kept', async ({ signedIn: page }) => {
  await add(page, 'Write the letter tomorrow')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  await page.keyboard.press('l')
  await page.getByPlaceholder('Find or create a list').fill('Letters')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('combobox', { name: 'List' })).toHaveText('List: Letters')
  await undo(page, 'Changed: List')
  await expect(panel.getByRole('combobox', { name: 'List' })).toHaveText('List: Inbox')

  await panel.focus()
  await page.keyboard.press('n')
  await page.getByRole('button', { name: '1 hour before' }).press('Enter')
  await expect(panel.getByRole('button', { name: 'Reminders: 1 hour before' })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.reload()
  await expect(panel.getByRole('button', { name: 'Reminders: 1 hour before' })).toBeVisible()
})

test('a rule is made part by part, in words, with its next dates', async ({ signedIn: page }) => {
  await add(page, 'Pay the rent 2027-01-04')
  await page.goto('/inbox')
  const panel = await open(page, 'Pay the rent')
  await page.keyboard.press('r')
  const editor = page.getByRole('dialog', { name: 'Repeat' })
  await editor.getByRole('button', { name: 'Monthly' }).click()
  await editor.getByRole('combobox', { name: 'Day', exact: true }).click()
  await page.getByRole('option', { name: 'on the first Monday' }).click()
  await expect(editor.getByText('Every month on the first Monday')).toBeVisible()
  await expect(editor.getByText(/Feb 1, 2027 · Mar 1, 2027 · Apr 5, 2027/)).toBeVisible()
  await editor.getByRole('button', { name: 'Save' }).click()
  const field = panel.getByRole('button', { name: 'Repeat: Every month on the first Monday' })
  await expect(field).toBeVisible()
  await field.click()
  await editor.getByRole('button', { name: 'Do not repeat' }).click()
  await expect(field).toBeHidden()
})

test('subtasks are added, put in order and ticked; tasks wait for others', async ({
  signedIn: page,
}) => {
  await add(page, 'Write the letter', 'Buy stamps')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  await page.keyboard.press('s')
  await page.keyboard.type('Find the address')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Write a draft')
  await page.keyboard.press('Enter')
  const subtasks = panel.getByRole('list', { name: 'Subtasks of “Write the letter”' })
  await expect(subtasks.getByRole('link')).toHaveText(['Find the address', 'Write a draft'])
  await subtasks.getByRole('link', { name: 'Write a draft' }).press('Alt+ArrowUp')
  await expect(subtasks.getByRole('link')).toHaveText(['Write a draft', 'Find the address'])
  await expect(panel.getByText('“Write a draft” is now 1 of 2')).toBeAttached()
  await subtasks.getByRole('checkbox', { name: 'Complete “Find the address”' }).click()
  await expect(panel.getByText('1 of 2', { exact: true })).toBeVisible()

  await panel.getByRole('button', { name: 'More', exact: true }).click()
  await panel.getByRole('combobox', { name: 'Blocked by' }).click()
  await page.getByPlaceholder('Find a task').fill('stamps')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  const blockers = panel.getByRole('list', { name: 'Blocked by' })
  await blockers.getByRole('link', { name: 'Buy stamps' }).click()
  await expect(panel.getByLabel('Title')).toHaveValue('Buy stamps')
  await expect(panel.getByRole('list', { name: 'Blocks' })).toContainText('Write the letter')
})

test('comments are written, changed and deleted', async ({ signedIn: page }) => {
  await add(page, 'Write the letter')
  await page.goto('/inbox')
  const panel = await open(page, 'Write the letter')
  await page.keyboard.press('c')
  const line = panel.getByLabel('Write a comment')
  await line.pressSequentially('For @ad')
  await expect(page.getByRole('option', { name: 'Ada Byron' })).toBeVisible()
  await line.press('Enter')
  await expect(line).toHaveValue('For @Ada Byron ')
  await line.pressSequentially('**now**')
  await line.press('Control+Enter')
  const comments = panel.getByRole('list', { name: 'Comments' })
  await expect(comments.locator('strong')).toHaveText('now')
  await expect(line).toHaveValue('')
  const menu = comments.getByRole('button', { name: 'More about this comment' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Edit comment' }).click()
  await comments.getByLabel('Edit comment').fill('Later')
  await comments.getByRole('button', { name: 'Save' }).click()
  await expect(comments.getByText('Later')).toBeVisible()
  await expect(comments.getByText('edited')).toBeVisible()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Delete comment' }).click()
  await expect(comments.getByText('Later')).toBeHidden()
  await undo(page, 'Comment deleted')
  await expect(comments.getByText('Later')).toBeVisible()
})

test('a task is changed without a network, and deleted with the way back', async ({
  signedIn: page,
}) => {
  await add(page, 'Write the letter', 'Sweep the floor')
  await page.goto('/inbox')
  await (await open(page, 'Sweep the floor')).press('Escape')
  await page.context().setOffline(true)
  const panel = await open(page, 'Write the letter')
  await page.keyboard.press('F2')
  await page.keyboard.type('!')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Write the letter!' })).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByText('Up to date').first()).toBeVisible()
  await panel.getByRole('button', { name: 'Task menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete task' }).click()
  await expect(panel).toBeHidden()
  await undo(page, 'Deleted “Write the letter!”')
  await expect(page.getByRole('link', { name: 'Write the letter!' })).toBeVisible()
  await page.getByRole('link', { name: 'Sweep the floor' }).click()
  await panel.getByRole('button', { name: 'Task menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete task' }).click()
  await expect(panel).toBeHidden()
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'There is no such task' })).toBeVisible()
  await page.goto('/today?task=00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such task' })).toBeVisible()
  await expectAccessible(page)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('the panel is the page, and all of it can be reached', async ({ signedIn: page }) => {
    await add(page, 'Write the letter tomorrow 5pm !high #post every monday')
    const other = await post(page, 'tasks', { title: 'Buy stamps' })
    const id = await post(page, 'tasks', {
      title: 'Send it',
      description: 'A [link](https://example.org)\n\n- [ ] one\n- [x] two',
      blocked_by: [other],
    })
    await post(page, 'tasks', { title: 'Find the box', parent_id: id })
    await post(page, `tasks/${id}/comments`, { body: 'For @Ada Byron' })
    await page.goto(`/inbox?task=${id}`)
    const panel = page.getByRole('dialog', { name: 'Task', exact: true })
    await expect(panel.getByText('@Ada Byron')).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await panel.getByRole('button', { name: 'Close the task' }).click()
    await expect(panel).toBeHidden()
    await page.getByRole('link', { name: 'Write the letter' }).click()
    await expect(panel.getByRole('button', { name: /Repeat: Every week on/ })).toBeVisible()
  })

  for (const [role, name] of [
    ['button', 'Due'],
    ['button', 'Repeat'],
    ['button', 'Reminders'],
    ['combobox', 'Tags'],
  ] as const) {
    test(`${name} is set in a window of its own`, async ({ signedIn: page }) => {
      const id = await post(page, 'tasks', { title: 'Send it', due: { date: '2030-01-01' } })
      await page.goto(`/inbox?task=${id}`)
      const panel = page.getByRole('dialog', { name: 'Task', exact: true })
      await panel.getByRole(role, { name }).click()
      const window = page.getByRole('dialog', { name, exact: true })
      await expect(window).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await expect(window).toBeHidden()
      await expect(panel).toBeVisible()
    })
  }
})

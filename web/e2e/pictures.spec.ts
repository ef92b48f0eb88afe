import type { APIResponse } from '@playwright/test'
import { add, expect, test } from './test'

/** A text of an answer. */
async function textOf(answer: APIResponse, name: string): Promise<string> {
  const body: unknown = await answer.json()
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null
  if (typeof value !== 'string') throw new Error(`no ${name} in ${JSON.stringify(body)}`)
  return value
}

/** Pictures of the main pages, to be looked at: they are written to `screenshots`, which git ignores. */
const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  },
}

const tasks = [
  'Send the invoice to Lyra yesterday !urgent #billing',
  'Review the offer of the printer today 9am !high #office',
  'Water the plants every Sunday #home',
  'Call Anna about the flat today 11:30pm !medium',
  'Book the train to Lyon today #travel',
  'Read the chapter on event logs !low',
  'Dentist tomorrow 8:15am !high',
  'Renew the passport 12 Dec #travel //Two photographs, the old passport, and the form of the town hall',
  'Prepare the talk for the meetup in Freiburg, with slides and a demonstration that works offline friday 5pm !medium #office',
  'Buy bread',
]

for (const [size, device] of Object.entries(sizes)) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${size} ${theme}`, () => {
      test.use({ ...device, colorScheme: theme })

      test('pages', async ({ signedIn: page }) => {
        const shoot = async (name: string) => {
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png` })
        }
        await page.goto('/sign-in')
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await shoot('sign-in')
        await page.goto('/inbox')
        await expect(page.getByLabel('Task, in one line')).toBeVisible()
        await shoot('first-run')
        for (const name of ['Work', 'Home', 'Reading']) {
          const answer = await page.request.post('/api/v1/lists', {
            headers: { 'Sec-Fetch-Site': 'same-origin' },
            data: { name },
          })
          expect(answer.status()).toBe(201)
        }
        await add(page, ...tasks)
        for (const name of ['inbox', 'today', 'upcoming']) {
          await page.goto(`/${name}`)
          await expect(page.getByRole('link', { name: /Call Anna/ })).toBeVisible()
          await shoot(name)
        }
        await page.getByRole('checkbox', { name: /Call Anna/ }).click()
        await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
        await shoot('toast')
        await page.keyboard.press('q')
        await page
          .getByLabel('Task, in one line')
          .fill('Pay rent every 1st at 9am #home !high //by standing order')
        await expect(page.locator('mark')).toHaveCount(5)
        await shoot('quick-add')
        await page.goto('/list?id=none')
        await expect(page.getByText('There is no such list')).toBeVisible()
        await shoot('no-list')
      })

      test('a task', async ({ signedIn: page }) => {
        const shoot = async (name: string) => {
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png` })
        }
        const make = async (path: string, body: object): Promise<string> => {
          const answer = await page.request.post(`/api/v1/${path}`, {
            headers: { 'Sec-Fetch-Site': 'same-origin' },
            data: body,
          })
          const made: unknown = await answer.json()
          if (typeof made !== 'object' || made === null || !('id' in made)) throw new Error(path)
          return String(made.id)
        }
        await add(page, ...tasks)
        const slides = await make('tasks', { title: 'Ask for the size of the screen' })
        const id = await make('tasks', {
          title: 'Prepare the talk for the meetup',
          description:
            'Twenty minutes, then questions. The [outline](https://example.org/talk) is agreed.\n\n- [x] Title and summary\n- [ ] Slides, **at most 15**\n- [ ] A demonstration that works offline',
          priority: 'high',
          tags: ['office'],
          due: { date: '2030-03-07', time: '17:00:00', zone: 'UTC' },
          recurrence: { rule: 'FREQ=MONTHLY;BYDAY=1TH' },
          reminders: [{ minutes_before_due: 60 }],
          blocked_by: [slides],
        })
        await make('tasks', { title: 'Draw the picture of the log', parent_id: id })
        await make('tasks', { title: 'Rehearse once, with a clock', parent_id: id })
        await make(`tasks/${id}/comments`, { body: 'The room has **HDMI**, says @Ada Byron.' })
        await page.goto(`/inbox?task=${id}`)
        await expect(page.getByText('@Ada Byron')).toBeVisible()
        await shoot('task')
        await page.getByRole('button', { name: 'Repeat' }).click()
        await expect(page.getByText('Every month on the first Thursday').last()).toBeVisible()
        await expect(page.getByText(/Apr 4, 2030/)).toBeVisible()
        await shoot('task-recurrence')
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: 'Due' }).click()
        await expect(page.getByLabel('Date in words')).toBeVisible()
        await shoot('task-due')
      })

      test('time', async ({ signedIn: page }) => {
        const shoot = async (name: string) => {
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png` })
        }
        await add(page, ...tasks)
        await page.goto('/inbox?at=now&whole=')
        for (let steps = 0; steps < 5; steps += 1) await page.getByRole('slider').press('ArrowLeft')
        await expect(page.locator('[aria-busy=false]')).toBeVisible()
        await shoot('as-it-was')
        await page.goto('/activity')
        await expect(
          page.getByRole('listitem').filter({ hasText: 'Call Anna' }).first(),
        ).toBeVisible()
        await shoot('activity')
        await page.goto('/trash')
        await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
        await shoot('trash')
        await page.goto('/import')
        await expect(page.getByText('Drop a file here')).toBeVisible()
        await shoot('import')
        await page.keyboard.press('Escape')
        await page.goto('/search?q=the')
        await expect(page.getByRole('list', { name: 'Results' })).toBeVisible()
        await shoot('search')
        await page.goto('/filter?q=priority%20%3E%3D%20medium%20and%20')
        await page.getByRole('textbox', { name: 'Filter' }).press('ArrowDown')
        await expect(page.getByRole('listbox', { name: 'What could follow' })).toBeVisible()
        await shoot('filter')
        await page.goto('/calendar')
        await expect(page.getByRole('grid')).toBeVisible()
        await shoot('calendar')
        await page.goto('/filter?q=is%3Aopen')
        await page.getByRole('button', { name: 'Show as a board' }).click()
        await expect(page.getByRole('region', { name: 'Inbox' })).toBeVisible()
        await shoot('board')
      })

      test('many at once', async ({ signedIn: page }) => {
        const shoot = async (name: string) => {
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png` })
        }
        await add(page, ...tasks)
        await page.goto('/inbox')
        const task = (title: RegExp) => page.getByRole('main').getByRole('link', { name: title })
        await expect(task(/Call Anna/)).toBeVisible()
        await task(/Call Anna/).focus()
        await page.keyboard.press('x')
        await page.keyboard.press('Shift+ArrowDown')
        await page.keyboard.press('Shift+ArrowDown')
        await expect(page.getByRole('toolbar')).toBeVisible()
        await shoot('bulk')
        await page.keyboard.press('d')
        await expect(page.getByRole('combobox', { name: 'Set the date' })).toBeFocused()
        await shoot('due')
        await page.keyboard.press('Escape')
        await page.keyboard.press('Control+k')
        await expect(page.getByRole('combobox', { name: 'Command palette' })).toBeFocused()
        await page.keyboard.type('an')
        await shoot('palette')
        await page.keyboard.press('Escape')
        await page.keyboard.press('?')
        await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
        await shoot('keys')
      })

      test('together', async ({ signedIn: page, browser, origin }) => {
        const shoot = async (name: string) => {
          await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png` })
        }
        const headers = { 'Sec-Fetch-Site': 'same-origin' }
        const made = await page.request.post('/api/v1/workspaces', {
          headers,
          data: { name: 'Studio North' },
        })
        const workspace = await textOf(made, 'id')
        const asked = { headers, params: { workspace } }
        const join = async (name: string, role: string) => {
          const context = await browser.newContext({ baseURL: origin })
          const other = await context.newPage()
          const email = `${name.split(' ')[0]?.toLowerCase() ?? ''}.${crypto.randomUUID().slice(0, 8)}@example.org`
          const data = { email, password: 'correct horse', display_name: name }
          await other.request.post('/api/v1/auth/register', { headers, data })
          const invited = await page.request.post('/api/v1/invitations', {
            ...asked,
            data: { email, role },
          })
          const id = await textOf(invited, 'invitation_id')
          const secret = await textOf(invited, 'secret')
          await other.request.post(`/api/v1/invitations/${id}/accept`, {
            headers,
            data: { secret },
          })
          return other
        }
        const grace = await join('Grace Hopper', 'editor')
        const radia = await join('Radia Perlman', 'commenter')
        for (const email of ['linus@example.org'])
          await page.request.post('/api/v1/invitations', {
            ...asked,
            data: { email, role: 'viewer' },
          })
        const task = await textOf(
          await page.request.post('/api/v1/tasks', {
            ...asked,
            data: {
              title: 'Paint the wall behind the window',
              description: 'Two coats, and the *frame* stays white.',
            },
          }),
          'id',
        )
        await grace.goto(`/inbox?task=${task}`)
        await radia.goto(`/inbox?task=${task}`)
        await page.goto(`/inbox?task=${task}`)
        await grace.getByRole('textbox', { name: 'Title' }).focus()
        await expect(page.getByText('Grace Hopper edits the title')).toBeVisible()
        await shoot('presence')
        await page.goto('/members')
        await expect(page.getByText('linus@example.org').first()).toBeVisible()
        await shoot('members')
        await page.getByRole('button', { name: 'Workspace: Studio North' }).click()
        await expect(page.getByRole('menu')).toBeVisible()
        await shoot('workspaces')
        for (const section of [
          'profile',
          'look',
          'region',
          'notifications',
          'tokens',
          'sessions',
        ]) {
          await page.goto(`/settings?section=${section}`)
          await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
          await shoot(`settings-${section}`)
        }
        await page.goto('/settings')
        await expect(page.getByRole('link', { name: 'Devices' })).toBeVisible()
        await shoot('settings')
        await grace.context().close()
        await radia.context().close()
      })
    })
  }
}

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IntlProvider } from 'use-intl'
import type { ReactElement } from 'react'
import messages from '@messages/en.json'
import { Combobox, MultiCombobox } from './Combobox'
import { DatePicker } from './DatePicker'

// jsdom has no pointer events; those of the mouse have all that is asked of them here.
Object.assign(document.defaultView ?? {}, { PointerEvent: MouseEvent })
Element.prototype.scrollIntoView = vi.fn()

afterEach(cleanup)

const show = (element: ReactElement, locale: 'en' | 'ar' = 'en') =>
  render(
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      {element}
    </IntlProvider>,
  )

const options = [
  { value: 'a', label: 'Anna' },
  { value: 'b', label: 'Bert', detail: 'bert@example.org' },
]
const trigger = <button type="button">Choose</button>
const shared = { trigger, options, label: 'Person', placeholder: 'Find', empty: 'Nobody' }

describe('Combobox', () => {
  it('takes what is found by typing', async () => {
    const changed = vi.fn()
    show(<Combobox {...shared} value="a" onChange={changed} />)
    fireEvent.click(screen.getByRole('combobox', { name: 'Person' }))
    const line = await screen.findByPlaceholderText('Find')
    fireEvent.change(line, { target: { value: 'example' } })
    expect(screen.getAllByRole('option').map((each) => each.textContent)).toEqual([
      'Bertbert@example.org',
    ])
    fireEvent.click(screen.getByRole('option'))
    expect(changed).toHaveBeenCalledWith('b')
  })

  it('makes what is not there yet', async () => {
    const [changed, run] = [vi.fn(), vi.fn()]
    const create = { label: (text: string) => `Create ${text}`, run }
    show(<MultiCombobox {...shared} values={['b']} onChange={changed} create={create} />)
    fireEvent.click(screen.getByRole('combobox', { name: 'Person' }))
    const line = await screen.findByPlaceholderText('Find')
    fireEvent.change(line, { target: { value: 'anna' } })
    expect(screen.queryByRole('option', { name: 'Create anna' })).toBeNull()
    fireEvent.change(line, { target: { value: ' Cleo' } })
    fireEvent.click(screen.getByRole('option', { name: 'Create Cleo' }))
    expect(run).toHaveBeenCalledWith('Cleo')
    expect(changed).not.toHaveBeenCalled()
    fireEvent.click(screen.getByRole('option', { name: 'Anna' }))
    expect(changed).toHaveBeenCalledWith(['b', 'a'])
  })
})

describe('DatePicker', () => {
  const day = { label: 'Due', value: '2026-11-25', today: '2026-11-22', trigger } as const
  const open = async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Choose' }))
    await screen.findByRole('dialog', { name: 'Due' })
  }

  it('understands words', async () => {
    const changed = vi.fn()
    const understood = vi.fn().mockReturnValue(false)
    show(<DatePicker {...day} weekStart="monday" onChange={changed} onText={understood} />)
    await open()
    const line = screen.getByRole('textbox', { name: 'Date in words' })
    fireEvent.change(line, { target: { value: 'when the moon is full' } })
    fireEvent.submit(line)
    expect((await screen.findByRole('alert')).textContent).toMatch(/not a date/)
    expect(understood).toHaveBeenCalledWith('when the moon is full')
    fireEvent.change(line, { target: { value: 'friday' } })
    fireEvent.submit(line)
    expect(changed).toHaveBeenCalledWith('2026-11-27')
  })

  it.each([
    ['en', 'ArrowRight', '2026-11-26'],
    ['ar', 'ArrowLeft', '2026-11-26'],
    ['en', 'ArrowDown', '2026-12-02'],
    ['en', 'Home', '2026-11-23'],
    ['en', 'PageUp', '2026-10-25'],
  ] as const)('goes by keys: in %s, %s', async (locale, key, to) => {
    show(<DatePicker {...day} weekStart="monday" onChange={vi.fn()} />, locale)
    await open()
    const cell = (day: string) => document.querySelector<HTMLElement>(`[data-day="${day}"]`)
    const chosen = cell('2026-11-25')
    if (chosen === null) throw new Error('the chosen day is not shown')
    fireEvent.keyDown(chosen, { key })
    expect(cell(to)?.tabIndex).toBe(0)
  })

  it('takes a day, or none', async () => {
    const changed = vi.fn()
    show(<DatePicker {...day} weekStart="sunday" onChange={changed} />)
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Monday, November 30, 2026' }))
    expect(changed).toHaveBeenLastCalledWith('2026-11-30')
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'No date' }))
    expect(changed).toHaveBeenLastCalledWith(null)
  })
})

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Avatar, initials } from './Avatar'
import { Checkbox } from './Checkbox'
import { Field } from './Field'
import { Popover } from './Popover'
import { Segmented } from './Segmented'
import { Tick } from './Tick'

// jsdom has no pointer events; those of the mouse have all that is asked of them here.
Object.assign(document.defaultView ?? {}, { PointerEvent: MouseEvent })

afterEach(cleanup)

describe('Tick', () => {
  it('is a checkbox that says what it wants to be', () => {
    const changed = vi.fn()
    render(<Tick label="Complete “A”" done={false} priority="high" onChange={changed} />)
    const tick = screen.getByRole('checkbox', { name: 'Complete “A”' })
    expect(tick.getAttribute('aria-checked')).toBe('false')
    fireEvent.click(tick)
    expect(changed).toHaveBeenCalledWith(true)
  })

  it('differs by shape for each priority', () => {
    const shapes = (['none', 'low', 'medium', 'high', 'urgent'] as const).map((priority) => {
      const { container } = render(
        <Tick label="x" done={false} priority={priority} onChange={vi.fn()} />,
      )
      return container.querySelector('svg')?.innerHTML
    })
    expect(new Set(shapes).size).toBe(5)
  })
})

it('names a person by the first letters of two words', () => {
  expect(initials('ada king byron')).toBe('AB')
  expect(initials('  Grace ')).toBe('G')
  expect(initials('👩‍🚀 Sally')).toBe('👩‍🚀S')
  render(<Avatar name="Ada Byron" />)
  expect(screen.getByRole('img', { name: 'Ada Byron' }).textContent).toBe('AB')
})

it('joins a field with its label and its fault', () => {
  render(<Field label="Email" name="email" error="This is no address." />)
  const input = screen.getByLabelText('Email')
  expect(input.getAttribute('aria-invalid')).toBe('true')
  const note = document.getElementById(input.getAttribute('aria-describedby') ?? '')
  expect(note?.textContent).toBe('This is no address.')
})

it('checks a box by its label', () => {
  render(<Checkbox label="Weekly" />)
  fireEvent.click(screen.getByText('Weekly'))
  expect(screen.getByRole<HTMLInputElement>('checkbox').checked).toBe(true)
})

it('takes one of the segments', () => {
  const changed = vi.fn()
  const choices = [
    { value: 'month', label: 'Month' },
    { value: 'week', label: 'Week' },
  ] as const
  render(<Segmented label="View" value="month" choices={choices} onChange={changed} />)
  const week = screen.getByRole('radio', { name: 'Week' })
  expect(week.getAttribute('aria-checked')).toBe('false')
  fireEvent.click(week)
  expect(changed.mock.lastCall?.[0]).toBe('week')
})

it('opens a popover at its control', async () => {
  render(
    <Popover label="More" trigger={<button type="button">Show</button>}>
      Inside
    </Popover>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect((await screen.findByRole('dialog', { name: 'More' })).textContent).toBe('Inside')
})

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Markdown } from './Markdown'
import { safeHref } from './markdown'

afterEach(cleanup)

describe('Markdown', () => {
  it('is made of elements', () => {
    const { container } = render(
      <Markdown text={'# A\n\n*b* **c** ~~d~~ `e`\n\n> f\n\n1. g\n\n| h |\n| - |\n| i |'} />,
    )
    for (const tag of ['em', 'strong', 'del', 'code', 'blockquote', 'ol', 'th', 'td'])
      expect(container.querySelector(tag), tag).not.toBeNull()
    expect(screen.getByRole('heading', { name: 'A', level: 3 })).toBeDefined()
  })

  it('shows HTML as the text that it is', () => {
    const { container } = render(
      <Markdown text={'<img src=x onerror="run()"> a\n\n<script>run()</script>'} />,
    )
    expect(container.querySelector('img, script')).toBeNull()
    expect(container.textContent).toContain('<script>run()</script>')
  })

  it('leads nowhere that could run something, and tells no one where one came from', () => {
    render(
      <Markdown
        text={'[a](javascript:run()) [b](https://example.org) ![c](https://example.org/c.png)'}
      />,
    )
    const links = screen.getAllByRole('link')
    expect(links.map((link) => link.textContent)).toEqual(['b', 'c'])
    expect(links[0]?.getAttribute('rel')).toBe('noopener noreferrer nofollow')
  })

  it.each([
    ['javascript:run()', undefined],
    ['java\nscript:run()', undefined],
    [' JAVASCRIPT:run()', undefined],
    ['data:text/html,x', undefined],
    ['//example.org', undefined],
    ['/inbox?task=1', '/inbox?task=1'],
    ['mailto:ada@example.org', 'mailto:ada@example.org'],
  ])('knows whether “%s” is harmless', (url, href) => {
    expect(safeHref(url)).toBe(href)
  })

  it('ticks the box that is meant', () => {
    const changed = vi.fn()
    const text = 'See [x] here:\n\n- [x] a\n  - [ ] b\n- [ ] c'
    render(<Markdown text={text} onChange={changed} />)
    fireEvent.click(screen.getByRole('checkbox', { name: 'c' }))
    expect(changed).toHaveBeenLastCalledWith('See [x] here:\n\n- [x] a\n  - [ ] b\n- [x] c')
    fireEvent.click(screen.getByRole('checkbox', { name: 'b' }))
    expect(changed).toHaveBeenLastCalledWith('See [x] here:\n\n- [x] a\n  - [x] b\n- [ ] c')
  })
})

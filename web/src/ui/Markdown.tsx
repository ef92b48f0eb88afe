import type { Definition, ListItem, Nodes, Parents, Root, Table } from 'mdast'
import { useMemo, type ReactNode } from 'react'
import { classes } from './classes'
import { parseMarkdown, safeHref, withBox } from './markdown'

type MarkdownProps = {
  text: string
  /** Told the text with a task box ticked or not; without it they are only shown. */
  onChange?: ((text: string) => void) | undefined
  /** How words are shown that mean somebody, such as `@Ada`. */
  words?: (text: string) => ReactNode
}

/** A text of Markdown. It is made of elements, never of HTML, so nothing in it can run. */
export function Markdown({ text, onChange, words }: MarkdownProps) {
  const root = useMemo(() => parseMarkdown(text), [text])
  const tick = onChange && ((item: number, on: boolean) => onChange(withBox(text, item, on)))
  const shown: Shown = { definitions: definitionsOf(root), tick, words: words ?? ((said) => said) }
  return (
    <div dir="auto" className="prose">
      {inside(root, shown)}
    </div>
  )
}

type Shown = {
  definitions: ReadonlyMap<string, Definition>
  tick: ((item: number, on: boolean) => void) | undefined
  words: (text: string) => ReactNode
}

function definitionsOf(root: Root): Map<string, Definition> {
  const found = new Map<string, Definition>()
  for (const node of root.children)
    if (node.type === 'definition' && !found.has(node.identifier)) found.set(node.identifier, node)
  return found
}

function inside(node: Parents, shown: Shown): ReactNode[] {
  return node.children.map((child, at) => <Part key={at} node={child} shown={shown} />)
}

function Part({ node, shown }: { node: Nodes; shown: Shown }): ReactNode {
  switch (node.type) {
    case 'root':
      return inside(node, shown)
    case 'text':
      return shown.words(node.value)
    case 'paragraph':
      return <p>{inside(node, shown)}</p>
    case 'heading':
      // The page's own titles are above.
      return (
        <p role="heading" aria-level={Math.min(node.depth + 2, 6)} data-depth={node.depth}>
          {inside(node, shown)}
        </p>
      )
    case 'emphasis':
      return <em>{inside(node, shown)}</em>
    case 'strong':
      return <strong>{inside(node, shown)}</strong>
    case 'delete':
      return <del>{inside(node, shown)}</del>
    case 'break':
      return <br />
    case 'thematicBreak':
      return <hr />
    case 'blockquote':
      return <blockquote>{inside(node, shown)}</blockquote>
    case 'inlineCode':
      return <code>{node.value}</code>
    case 'code':
      return (
        // What is longer than the line is reached by scrolling, also with the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0} dir="ltr">
          <code>{node.value}</code>
        </pre>
      )
    case 'list':
      return node.ordered === true ? (
        <ol start={node.start ?? 1}>{inside(node, shown)}</ol>
      ) : (
        <ul>{inside(node, shown)}</ul>
      )
    case 'listItem':
      return <Item item={node} shown={shown} />
    case 'link':
      return <Link url={node.url}>{inside(node, shown)}</Link>
    case 'linkReference':
      return <Link url={shown.definitions.get(node.identifier)?.url}>{inside(node, shown)}</Link>
    // A picture from elsewhere would tell its server who reads; a link leads to it.
    case 'image':
      return <Link url={node.url}>{node.alt === '' ? node.url : node.alt}</Link>
    case 'imageReference':
      return <Link url={shown.definitions.get(node.identifier)?.url}>{node.alt}</Link>
    case 'html':
      return node.value
    case 'table':
      return <Rows table={node} shown={shown} />
    case 'footnoteDefinition':
      return (
        <div className="text-xs">
          [{node.label}] {inside(node, shown)}
        </div>
      )
    case 'footnoteReference':
      return <sup>[{node.label}]</sup>
    case 'tableRow':
    case 'tableCell':
    case 'definition':
    case 'yaml':
      return null
  }
}

function Link({ url, children }: { url: string | undefined; children: ReactNode }) {
  const href = url === undefined ? undefined : safeHref(url)
  if (href === undefined) return children
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

function Item({ item, shown }: { item: ListItem; shown: Shown }) {
  const at = item.position?.start.offset
  if (typeof item.checked !== 'boolean') return <li>{itemParts(item, shown)}</li>
  const [first, ...rest] = itemParts(item, shown)
  const { tick } = shown
  return (
    <li data-task-box>
      <label
        className={classes(
          'flex min-h-6 gap-2 touch:min-h-11 touch:items-center',
          item.checked && 'text-faint',
        )}
      >
        <input
          type="checkbox"
          checked={item.checked}
          disabled={tick === undefined || at === undefined}
          onChange={(event) => {
            if (at !== undefined) tick?.(at, event.target.checked)
          }}
          className="mt-0.5 size-4 shrink-0 accent-accent touch:mt-0 touch:size-5"
        />
        <span>{first}</span>
      </label>
      {rest}
    </li>
  )
}

/** In a tight list a paragraph is only its words. */
function itemParts(item: ListItem, shown: Shown): ReactNode[] {
  return item.children.map((child, at) =>
    child.type === 'paragraph' && (item.spread !== true || item.checked !== null) ? (
      <span key={at}>{inside(child, shown)}</span>
    ) : (
      <Part key={at} node={child} shown={shown} />
    ),
  )
}

function Rows({ table, shown }: { table: Table; shown: Shown }) {
  const [head, ...rows] = table.children
  const cells = (row: Table['children'][number] | undefined, Cell: 'th' | 'td') =>
    row?.children.map((cell, at) => <Cell key={at}>{inside(cell, shown)}</Cell>)
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, as code does
    <div tabIndex={0} className="overflow-x-auto">
      <table>
        <thead>
          <tr>{cells(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import type { Root } from 'mdast'

/** The tree of a text of Markdown: CommonMark with tables, task boxes, struck words and bare links. */
export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

const harmless = /^(?:https?|mailto|tel):/i

/** The address that a link may lead to; undefined where it would run something or is no address. */
export function safeHref(url: string): string | undefined {
  // Browsers leave these out before they look at the scheme.
  // eslint-disable-next-line no-control-regex
  const bare = url.replace(/[\u0000-\u0020]/g, '')
  if (harmless.test(bare)) return bare
  return /^(?:\/(?!\/)|#|\?)/.test(bare) ? bare : undefined
}

/** The text with the box of the item that begins at an offset ticked or not. */
export function withBox(text: string, itemAt: number, ticked: boolean): string {
  const box = /\[[ \txX]\]/.exec(text.slice(itemAt))
  if (box === null) return text
  const at = itemAt + box.index
  return `${text.slice(0, at)}[${ticked ? 'x' : ' '}]${text.slice(at + 3)}`
}

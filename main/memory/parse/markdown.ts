/** Reads Markdown by way of HTML, so that lists and tables come out alike everywhere. Front matter gives the title and is not text. */
import MarkdownIt from 'markdown-it'
import { decodeText } from './decode.ts'
import { readHtmlText } from './html.ts'
import type { Piece } from './reader.ts'

const frontMatter = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/
/** A block between two rules is front matter only when it reads like fields. */
const field = /^[\w-]+[ \t]*:/m

const markdown = new MarkdownIt('default', { html: true, linkify: false, typographer: false })
markdown.renderer.rules.image = () => ''

export function* readMarkdown(bytes: Uint8Array): Generator<Piece> {
  let text = decodeText(bytes)
  let title: string | null = null
  const front = frontMatter.exec(text)
  if (front?.[1] !== undefined && field.test(front[1])) {
    text = text.slice(front[0].length)
    const value = /^title[ \t]*:[ \t]*(.+)$/im
      .exec(front[1])?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, '$2')
    title = value === undefined || value === '' ? null : value
  }
  yield* readHtmlText(markdown.render(text), title)
}

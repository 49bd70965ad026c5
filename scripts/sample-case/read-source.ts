/**
 * Reads the source of a sample document: YAML front matter and a small Markdown of headings, paragraphs, lists and tables. It knows
 * nothing of the format that is made of it.
 */
import MarkdownIt from 'markdown-it'
import { parse } from 'yaml'
import * as z from 'zod'

const FrontMatter = z.strictObject({
  title: z.string(),
  office: z.string(),
  reference: z.string(),
  /** As printed, such as `13 March 2026`; also the file's own date. */
  date: z.string(),
  author: z.string(),
  marking: z.string(),
})
export type FrontMatter = z.infer<typeof FrontMatter>

/** A stretch of text in one face. */
export interface Run {
  readonly text: string
  readonly isBold: boolean
  readonly isItalic: boolean
}

export type SourceBlock =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  /** `number` is null for a bullet. */
  | { readonly kind: 'item'; readonly number: number | null; readonly runs: readonly Run[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }

export interface Source {
  readonly front: FrontMatter
  readonly blocks: readonly SourceBlock[]
}

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]

function runsOf(inline: Token): readonly Run[] {
  const runs: Run[] = []
  let isBold = false
  let isItalic = false
  for (const child of inline.children ?? []) {
    if (child.type === 'strong_open' || child.type === 'strong_close') isBold = child.type === 'strong_open'
    else if (child.type === 'em_open' || child.type === 'em_close') isItalic = child.type === 'em_open'
    else if (child.type === 'softbreak') runs.push({ text: ' ', isBold, isItalic })
    else runs.push({ text: child.content, isBold, isItalic })
  }
  return runs.filter((run) => run.text !== '')
}

export function readSource(text: string): Source {
  const [, yaml = '', markdown = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  const blocks: SourceBlock[] = []
  let rows: string[][] = []
  let number: number | null = null
  let isItem = false
  let heading = 0
  for (const token of new MarkdownIt().parse(markdown, {})) {
    if (token.type === 'heading_open') heading = Number(token.tag.slice(1))
    else if (token.type === 'heading_close') heading = 0
    else if (token.type === 'ordered_list_open') number = 0
    else if (token.type === 'ordered_list_close') number = null
    else if (token.type === 'list_item_open' || token.type === 'list_item_close') isItem = token.type === 'list_item_open'
    else if (token.type === 'table_open') rows = []
    else if (token.type === 'tr_open') rows.push([])
    else if (token.type === 'table_close') {
      blocks.push({ kind: 'table', rows })
      rows = []
    } else if (token.type === 'inline') {
      const runs = runsOf(token)
      const plain = runs.map((run) => run.text).join('')
      if (rows.length > 0) rows.at(-1)?.push(plain)
      else if (heading > 0) blocks.push({ kind: 'heading', depth: heading, text: plain })
      else if (isItem) {
        if (number !== null) number += 1
        blocks.push({ kind: 'item', number, runs })
      } else blocks.push({ kind: 'paragraph', runs })
    }
  }
  return { front: FrontMatter.parse(parse(yaml)), blocks }
}

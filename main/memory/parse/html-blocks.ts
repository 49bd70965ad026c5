/**
 * Turns HTML into blocks as it streams in: headings, paragraphs, items, code and table rows, each with the headings above it.
 * Nothing is fetched, run or resolved; what a browser would not show is dropped.
 */
import { Parser } from 'htmlparser2'
import type { Block, BlockPart } from '../../domain/document.ts'
import type { Locator } from '../../domain/locator.ts'
import { parseLimits } from './limits.ts'

const dropped = new Set(
  'script style template noscript iframe object embed canvas audio video svg datalist applet frameset noframes'.split(' '),
)
const blockElements = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre section summary table ' +
    'tbody td tfoot th thead tr ul'
  ).split(' '),
)
const hiddenStyle = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i
const cellSeparator = ' · '

interface Cell {
  text: string
  readonly isHeader: boolean
}

interface Table {
  readonly number: number
  cells: Cell[]
  isInHead: boolean
  rows: number
  cell: { readonly isHeader: boolean } | null
}

export interface HtmlBlocks {
  write(html: string): void
  end(): void
  /** The blocks finished since the last call. */
  take(): Block[]
  readonly title: () => string | null
}

/** `isNoise` names links whose text is no part of the document, by their target. */
export function createHtmlBlocks(isNoise: (href: string) => boolean = () => false): HtmlBlocks {
  const blocks: Block[] = []
  let run: string[] = []
  let endsInSpace = true
  let skipDepth = 0
  let titleText: string | null = null
  let isInTitle = false
  let path: { readonly level: number; readonly text: string }[] = []
  let paragraph = 0
  let headingLevel = 0
  const open = { pre: 0, list: 0, item: 0, quotation: 0, caption: 0 }
  const tables: Table[] = []
  let tableCount = 0

  const append = (text: string) => {
    if (open.pre > 0) {
      run.push(text)
      endsInSpace = false
      return
    }
    let collapsed = text.replace(/[ \t\r\n\f]+/g, ' ')
    if (endsInSpace && collapsed.startsWith(' ')) collapsed = collapsed.slice(1)
    if (collapsed === '') return
    run.push(collapsed)
    endsInSpace = collapsed.endsWith(' ')
  }
  const lineBreak = () => {
    run.push('\n')
    endsInSpace = true
  }
  const takeRun = (): string => {
    const text = run.join('')
    run = []
    endsInSpace = true
    return open.pre > 0 ? text.replace(/^\r?\n|\s+$/g, '') : text.replace(/ *\n */g, '\n').trim()
  }
  const here = (): Locator => ({
    kind: 'paragraph',
    headings: path.map((heading) => heading.text),
    paragraph: Math.max(1, paragraph),
  })
  const push = (kind: Block['kind'], depth: number, text: string, parts: BlockPart[], table: number, isHeader: boolean) =>
    blocks.push({ kind, depth, text, locator: here(), parts, table, isHeader })

  const pushHeading = (text: string) => {
    const short = text.replace(/\s+/g, ' ').slice(0, parseLimits.headingCharsMax)
    path = [...path.filter((heading) => heading.level < headingLevel), { level: headingLevel, text: short }]
    paragraph = 0
    push('heading', headingLevel, text, [], 0, false)
  }
  const flush = () => {
    const table = tables.at(-1)
    if (table?.cell !== null && table !== undefined) {
      if (run.length > 0) lineBreak()
      return
    }
    const text = takeRun()
    if (text.trim() === '') return
    if (headingLevel > 0) return pushHeading(text)
    paragraph += 1
    if (open.caption > 0) push('caption', 0, text, [], 0, false)
    else if (open.pre > 0) push('code', 0, text, [], 0, false)
    else if (open.item > 0) push('item', Math.min(9, Math.max(1, open.list)), text, [], 0, false)
    else push(open.quotation > 0 ? 'quotation' : 'paragraph', 0, text, [], 0, false)
  }
  const closeCell = (table: Table) => {
    if (table.cell === null) return
    const text = takeRun()
    table.cells.push({ text, isHeader: table.cell.isHeader })
    table.cell = null
  }
  const closeRow = (table: Table) => {
    closeCell(table)
    const cells = table.cells.filter((cell) => cell.text !== '')
    table.cells = []
    if (cells.length === 0) return
    paragraph += 1
    table.rows += 1
    const parts: BlockPart[] = []
    let text = ''
    for (const cell of cells) {
      if (text !== '') text += cellSeparator
      parts.push({ start: text.length, end: text.length + cell.text.length, locator: here(), isField: true })
      text += cell.text
    }
    const isHeader = table.isInHead || (table.rows === 1 && cells.length > 1 && cells.every((cell) => cell.isHeader))
    push('row', 0, text, parts, table.number, isHeader)
  }
  const openTable = () => {
    const outer = tables.at(-1)
    if (outer !== undefined) closeRow(outer)
    else flush()
    tableCount += 1
    tables.push({ number: tableCount, cells: [], isInHead: false, rows: 0, cell: null })
  }
  const closeTable = () => {
    const table = tables.at(-1)
    if (table === undefined) return
    closeRow(table)
    tables.pop()
    const outer = tables.at(-1)
    if (outer !== undefined) outer.cell = { isHeader: false }
  }

  const onOpen = (name: string, attributes: Readonly<Record<string, string>>) => {
    const isHidden = attributes.hidden !== undefined || hiddenStyle.test(attributes.style ?? '')
    if (dropped.has(name) || isHidden || (name === 'a' && isNoise(attributes.href ?? ''))) {
      skipDepth = 1
      return
    }
    if (name === 'title' && titleText === null) {
      isInTitle = true
      return
    }
    if (name === 'br') return lineBreak()
    if (!blockElements.has(name)) return
    const table = tables.at(-1)
    if (name === 'table') return openTable()
    if (table !== undefined) {
      if (name === 'tr') return closeRow(table)
      if (name === 'thead') table.isInHead = true
      if (name === 'td' || name === 'th') {
        closeCell(table)
        table.cell = { isHeader: name === 'th' }
        return
      }
    }
    flush()
    if (/^h[1-6]$/.test(name)) headingLevel = Number(name[1])
    else if (name === 'pre') open.pre += 1
    else if (name === 'ul' || name === 'ol' || name === 'menu' || name === 'dl') open.list += 1
    else if (name === 'li' || name === 'dd') open.item += 1
    else if (name === 'blockquote') open.quotation += 1
    else if (name === 'caption' || name === 'figcaption') open.caption += 1
  }
  const onClose = (name: string) => {
    if (name === 'title') isInTitle = false
    if (!blockElements.has(name)) return
    const table = tables.at(-1)
    if (name === 'table') return closeTable()
    if (table !== undefined) {
      if (name === 'tr' || name === 'tbody' || name === 'tfoot') return closeRow(table)
      if (name === 'td' || name === 'th') return closeCell(table)
      if (name === 'thead') {
        closeRow(table)
        table.isInHead = false
        return
      }
    }
    flush()
    if (/^h[1-6]$/.test(name)) headingLevel = 0
    else if (name === 'pre') open.pre = Math.max(0, open.pre - 1)
    else if (name === 'ul' || name === 'ol' || name === 'menu' || name === 'dl') open.list = Math.max(0, open.list - 1)
    else if (name === 'li' || name === 'dd') open.item = Math.max(0, open.item - 1)
    else if (name === 'blockquote') open.quotation = Math.max(0, open.quotation - 1)
    else if (name === 'caption' || name === 'figcaption') open.caption = Math.max(0, open.caption - 1)
  }

  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (skipDepth > 0) skipDepth += 1
      else onOpen(name, attributes)
    },
    onclosetag: (name) => {
      if (skipDepth > 0) skipDepth -= 1
      else onClose(name)
    },
    ontext: (text) => {
      if (skipDepth > 0) return
      if (isInTitle) titleText = ((titleText ?? '') + text).slice(0, parseLimits.titleCharsMax)
      else append(text)
    },
  })
  return {
    write: (html) => parser.write(html),
    end: () => {
      parser.end()
      while (tables.length > 0) closeTable()
      flush()
    },
    take: () => blocks.splice(0),
    title: () => {
      const title = titleText?.replace(/\s+/g, ' ').trim() ?? ''
      return title === '' ? null : title
    },
  }
}

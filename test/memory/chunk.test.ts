import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Block, BlockPart, ParsedDocument } from '../../main/domain/document.ts'
import { PassageDraft } from '../../main/domain/document.ts'
import type { Locator } from '../../main/domain/locator.ts'
import { chunk, chunkLimits } from '../../main/memory/chunk.ts'

const word = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('the tide. ', 'buoy', '😀', 'x'.repeat(1_500)),
)
const sentence = fc.array(word, { minLength: 0, maxLength: 120 }).map((words) => words.join(' '))

interface Seed {
  readonly kind: Block['kind']
  readonly depth: number
  readonly page: number
  readonly table: number
  readonly cells: readonly string[]
}
const seed: fc.Arbitrary<Seed> = fc.record({
  kind: fc.constantFrom('heading', 'paragraph', 'item', 'row', 'code'),
  depth: fc.integer({ min: 1, max: 6 }),
  page: fc.integer({ min: 1, max: 3 }),
  table: fc.integer({ min: 1, max: 2 }),
  cells: fc.array(sentence, { minLength: 1, maxLength: 5 }),
})

function blockOf(seed: Seed): Block {
  const box = { x: 0, y: 0, width: 10, height: 10 }
  const locator: Locator = { kind: 'page', page: seed.page, boxes: [box] }
  const parts: BlockPart[] = []
  let text = ''
  for (const cell of seed.cells) {
    if (text !== '') text += ' · '
    if (cell !== '') parts.push({ start: text.length, end: text.length + cell.length, locator, isField: seed.kind === 'row' })
    text += cell
  }
  const isRow = seed.kind === 'row'
  return { kind: seed.kind, depth: seed.depth, text, locator, parts, table: isRow ? seed.table : 0, isHeader: false }
}

const documents = fc.array(seed, { maxLength: 25 }).map((seeds): ParsedDocument => {
  const sorted = seeds.toSorted((a, b) => a.page - b.page)
  return { format: 'pdf', title: 'A title', pages: [], blocks: sorted.map(blockOf), missing: [] }
})

const paragraph = (text: string, extra: Partial<Block> = {}): Block => ({
  kind: 'paragraph',
  depth: 0,
  text,
  locator: { kind: 'paragraph', headings: [], paragraph: 1 },
  parts: [],
  table: 0,
  isHeader: false,
  ...extra,
})
const documentOf = (blocks: Block[], title: string | null = null): ParsedDocument => ({
  format: 'html',
  title,
  pages: [],
  blocks,
  missing: [],
})

describe('passages of any document', () => {
  test('every character that is not white space stands in exactly one passage', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const taken = document.blocks.map((block) => new Uint8Array(block.text.length))
        for (const passage of chunk(document)) {
          for (const anchor of passage.anchors) {
            for (let i = 0; i < anchor.end - anchor.start; i++) {
              const marks = taken[anchor.block]
              if (marks !== undefined) marks[anchor.offset + i] = (marks[anchor.offset + i] ?? 0) + 1
            }
          }
        }
        document.blocks.forEach((block, index) => {
          for (let i = 0; i < block.text.length; i++) {
            const count = taken[index]?.[i]
            if (count !== 1 && !(count === 0 && /\s/.test(block.text[i] ?? ''))) throw new Error(`block ${index}, character ${i}: ${count}`)
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  test('DOC-02 each anchor holds the very text of its block, within its passage', () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const passage of chunk(document)) {
          expect(PassageDraft.safeParse(passage).success).toBe(true)
          let at = 0
          for (const anchor of passage.anchors) {
            expect(anchor.start).toBeGreaterThanOrEqual(at)
            at = anchor.end
            const block = document.blocks[anchor.block]
            expect(passage.text.slice(anchor.start, anchor.end)).toBe(
              block?.text.slice(anchor.offset, anchor.offset + anchor.end - anchor.start),
            )
          }
          expect(at).toBeLessThanOrEqual(passage.text.length)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('no passage is empty, larger than its limit, or on two pages, in two sections or in two tables', () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const passage of chunk(document)) {
          expect(passage.text.trim()).not.toBe('')
          expect(passage.text.length).toBeLessThanOrEqual(chunkLimits.charsMax)
          const blocks = [...new Set(passage.anchors.map((anchor) => anchor.block))].flatMap((index) => document.blocks[index] ?? [])
          expect(new Set(blocks.map((block) => JSON.stringify(block.locator))).size).toBe(1)
          const body = blocks.filter((block) => block.kind !== 'heading')
          expect(new Set(body.map((block) => block.table)).size).toBeLessThanOrEqual(1)
          const lastHeading = blocks.findLastIndex((block) => block.kind === 'heading')
          expect(blocks.slice(0, Math.max(0, lastHeading)).every((block) => block.kind === 'heading')).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('what passages are made of', () => {
  test('short neighbours are joined by a line break, and the heading names what they stand under', () => {
    const [passage, ...more] = chunk(
      documentOf(
        [paragraph('Tides', { kind: 'heading', depth: 1 }), paragraph('High water at six.'), paragraph('Low water at noon.')],
        'Harbour log',
      ),
    )
    expect(more).toEqual([])
    expect(passage?.text).toBe('Tides\nHigh water at six.\nLow water at noon.')
    expect(passage?.heading).toBe('Harbour log › Tides')
  })

  test('a long paragraph is cut where sentences end, and a line end is none', () => {
    const sentences = Array.from({ length: 40 }, (_, i) => `Sentence number ${i} is about the\nweather at sea and the state of the buoys.`)
    const passages = chunk(documentOf([paragraph(sentences.join(' '))]))
    expect(passages.length).toBeGreaterThan(3)
    for (const passage of passages) expect(passage.text).toMatch(/^Sentence number .*buoys\.$/s)
  })

  test('rows are kept together, with the names of their columns in the heading and never in the text', () => {
    const row = (cells: readonly string[], isHeader: boolean, at: number): Block => {
      const parts: BlockPart[] = []
      let text = ''
      for (const cell of cells) {
        if (text !== '') text += ' · '
        parts.push({
          start: text.length,
          end: text.length + cell.length,
          locator: { kind: 'paragraph', headings: [], paragraph: at },
          isField: true,
        })
        text += cell
      }
      return paragraph(text, { kind: 'row', table: 1, isHeader, parts })
    }
    const rows = Array.from({ length: 100 }, (_, i) => row([`Buoy ${i}`, `${i}.4 m`], false, i + 2))
    const passages = chunk(documentOf([row(['Station', 'Depth'], true, 1), ...rows]))
    expect(passages.length).toBeGreaterThan(1)
    for (const passage of passages) expect(passage.heading).toBe('Station, Depth')
    expect(passages[1]?.text).not.toContain('Station')
    const field = passages[1]?.anchors[0]
    expect(field?.isField).toBe(true)
    expect(passages[1]?.text.slice(field?.start, field?.end)).toMatch(/^Buoy \d+$/)
  })

  test('the place of a passage is all its lines', () => {
    const lines = (from: number, to: number): Locator => ({ kind: 'lines', from, to })
    const [passage] = chunk(documentOf([paragraph('one', { locator: lines(1, 1) }), paragraph('two', { locator: lines(3, 4) })]))
    expect(passage?.locator).toEqual({ kind: 'lines', from: 1, to: 4 })
  })
})

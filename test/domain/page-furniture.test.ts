import { expect, test } from 'vitest'
import type { Block, ParsedDocument } from '../../main/domain/document.ts'
import { repeatedFurniture } from '../../main/domain/page-furniture.ts'

const block = (text: string, page: number, y: number): Block => ({
  ...{ kind: 'paragraph', depth: 0, text, parts: [], table: 0, isHeader: false },
  locator: { kind: 'page', page, boxes: [{ x: 72, y, width: 200, height: 10 }] },
})
const documentOf = (blocks: Block[], pages: number): ParsedDocument => ({
  ...{ format: 'pdf', title: null, missing: [], blocks },
  pages: Array.from({ length: pages }, () => ({ width: 612, height: 792 })),
})

test('a running head and its page number stay once', () => {
  const blocks = [1, 2, 3].flatMap((page) => [
    block('Port Elsine, report 7', page, 30),
    block(`Text ${page}`, page, 300),
    block(`Page ${page} of 3`, page, 760),
  ])
  expect([...repeatedFurniture(documentOf(blocks, 3))].sort((a, b) => a - b)).toEqual([3, 5, 6, 8])
})

test.each([
  ['on two pages only', [1, 2], 30, 'The same line'],
  ['in the middle of the page', [1, 2, 3], 300, 'The same line'],
  ['too long to be one', [1, 2, 3], 30, 'word '.repeat(60)],
])('a line that is repeated %s stays text', (_where, on, y, text) => {
  expect(
    repeatedFurniture(
      documentOf(
        on.map((page) => block(text, page, y)),
        3,
      ),
    ).size,
  ).toBe(0)
})

test('lines at the same place that say different things stay text', () => {
  const blocks = ['Alpha', 'Beta', 'Gamma'].map((text, at) => block(text, at + 1, 30))
  expect(repeatedFurniture(documentOf(blocks, 3)).size).toBe(0)
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Block } from '../../../main/domain/document.ts'
import { readMarks } from '../../../main/domain/document-marks.ts'
import { marking } from '../../../main/domain/label.ts'
import { chunk } from '../../../main/memory/chunk.ts'
import { Refused } from '../../../main/memory/parse/refusals.ts'
import { readDocument, textOf } from '../../support/read-document.ts'
import { overlapOf } from '../../support/token-overlap.ts'

const documents = join(import.meta.dirname, '../../../../shared/data/documents')
const isMissing = !existsSync(documents)
if (isMissing) console.warn(`skipped: reading real files, since ${documents} is not there`)

/** Markdown as the words a reader sees: no links, pictures, comments or entities. */
const plain = (markdown: string): string =>
  markdown
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/&amp;/g, '&')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\\_/g, '_')

/** A row names its columns over and over, which the expected text does once: only the values are compared, and the names once. */
function comparable(parsed: Awaited<ReturnType<typeof readDocument>>): string {
  if (parsed.format !== 'csv') return textOf(parsed)
  const names = new Set<string>()
  const values = parsed.blocks.flatMap((block) =>
    block.parts.map((part) => {
      if (part.locator.kind === 'row' && part.locator.column !== null) names.add(part.locator.column)
      return block.text.slice(part.start, part.end)
    }),
  )
  return [...names, ...values].join('\n')
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test.skipIf(isMissing).each([
  ['docx', 0.9, 0.97],
  ['html', 0.95, 0.97],
  ['csv', 0.99, 0.99],
  ['md', 0.97, 0.97],
] as const)('DOC-01 %s: the words of the expected text are found, and few others', async (kind, recallMin, precisionMin) => {
  const folder = join(documents, 'docling', kind)
  const recalls: number[] = []
  const precisions: number[] = []
  for (const file of readdirSync(folder)) {
    const expected = join(folder, `${file}.expected.md`)
    if (!existsSync(expected)) continue
    const parsed = await readDocument(file, readFileSync(join(folder, file)))
    const { shared, expected: wanted, found } = overlapOf(plain(readFileSync(expected, 'utf8')), comparable(parsed))
    recalls.push(wanted === 0 ? 1 : shared / wanted)
    precisions.push(found === 0 ? 1 : shared / found)
  }
  console.log(`${kind}: ${recalls.length} files, recall ${mean(recalls).toFixed(3)}, precision ${mean(precisions).toFixed(3)}`)
  expect(mean(recalls)).toBeGreaterThanOrEqual(recallMin)
  expect(mean(precisions)).toBeGreaterThanOrEqual(precisionMin)
})

const readable = /\.(pdf|docx|html?|md|txt|csv|tsv)$/i

test.skipIf(isMissing)(
  'every real file of these formats is read or refused, its passages hold all of it, and none is taken for marked',
  async () => {
    const outcomes = new Map<string, number>()
    for (const file of readdirSync(documents, { recursive: true, encoding: 'utf8' })) {
      if (!readable.test(file) || file.endsWith('.expected.md')) continue
      let outcome = 'read'
      try {
        const parsed = await readDocument(file, readFileSync(join(documents, file)))
        if (parsed.blocks.length === 0) outcome = 'no text'
        const wrong = parsed.blocks.filter((block) => !Block.safeParse(block).success)
        expect(wrong, file).toEqual([])
        const letters = (text: string) => text.replace(/\s/g, '').length
        const passages = chunk(parsed)
        // None of them bears a mark: whatever looks like one is none.
        expect(marking(readMarks(parsed, file).overall), file).toBe('UNCLASSIFIED')
        expect(letters(passages.map((passage) => passage.text).join('')), file).toBe(letters(textOf(parsed)))
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        outcome = error.reason
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    console.log(`real files: ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`)
    expect(outcomes.get('read')).toBeGreaterThan(100)
  },
  120_000,
)

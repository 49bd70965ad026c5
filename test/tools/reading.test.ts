import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { ToolHoldings } from '../../main/tools/holdings.ts'
import { readingLimits } from '../../main/tools/reading.ts'
import { findTool } from '../../main/tools/registry.ts'
import { runLimits, runTool } from '../../main/tools/run-tool.ts'
import type { AnyTool } from '../../main/tools/tool.ts'
import { documentOf, holdings, toolContext } from '../support/tool-context.ts'

const run = (name: string, input: object, more: Partial<ToolHoldings> = {}) =>
  runTool(findTool(name) as AnyTool, input, toolContext({ holdings: { ...holdings, ...more } }))
const huge = '日'.repeat(100_000)
const passage = {
  ...{ passageId: `${documentOf(1)}.0`, documentId: documentOf(1), file: 'a.md', heading: huge, text: huge },
  ...{ locator: { kind: 'lines', from: 1, to: 2 } as const, label: unclassified },
}

describe('what is read fits into a reply, whatever the documents hold', () => {
  test('a search leaves out what does not fit, and says how many', async () => {
    const reply = await run(
      'search_holdings',
      { query: 'x', count: 10 },
      { search: async () => ok(Array.from({ length: 10 }, () => passage)) },
    )
    expect(reply).toMatchObject({ ok: true, output: { leftOut: 9, passages: [{ isCut: true, place: 'Lines 1–2' }] } })
    expect(reply.artifacts).toHaveLength(1)
    expect(JSON.stringify(reply.output).length).toBeLessThan(runLimits.outputBytesMax)
  })

  test('a passage is cut, and says so', async () => {
    const reply = await run('read_passage', { passageId: passage.passageId }, { readPassage: async () => ok(passage) })
    expect(reply).toMatchObject({ ok: true, output: { isCut: true, text: huge.slice(0, readingLimits.textCharsMax) } })
  })

  test('a document is read on from where a reply ended', async () => {
    const blocks = Array.from({ length: 12 }, (_, i) => `${i} ${huge}`)
    const readDocument: ToolHoldings['readDocument'] = async (_id, from, count) => {
      const found = await holdings.readDocument(documentOf(1), 0, 1)
      return found.ok ? ok({ ...found.value, blocks: blocks.slice(from, from + count), total: blocks.length }) : found
    }
    const seen: number[] = []
    for (let from: number | null = 0; from !== null; ) {
      const reply = await run('read_document', { documentId: documentOf(1), from }, { readDocument })
      const output = reply.output as unknown as { readonly blocks: readonly { readonly block: number }[]; readonly next: number | null }
      seen.push(...output.blocks.map(({ block }) => block))
      from = output.next
    }
    expect(seen).toEqual(blocks.map((_, index) => index))
  })

  test('half a character at the cut does not spoil the reply', async () => {
    const text = `${'x'.repeat(readingLimits.textCharsMax - 1)}🙂🙂`
    const reply = await run('read_passage', { passageId: passage.passageId }, { readPassage: async () => ok({ ...passage, text }) })
    expect(JSON.stringify(reply.output).isWellFormed()).toBe(true)
    expect((reply.output as { readonly text: string }).text.isWellFormed()).toBe(true)
  })
})

test('documents are listed page by page', async () => {
  expect((await run('list_documents', {})).output).toMatchObject({
    total: 3,
    next: null,
    documents: [{ file: 'paper-1.md' }, {}, { format: 'csv' }],
  })
  expect((await run('list_documents', { from: 2 })).output).toMatchObject({ documents: [{ file: 'depths.csv' }], next: null })
  expect((await run('list_documents', { from: 3 })).output).toMatchObject({ documents: [], next: null })
})

test('what is not there is a failure with the holdings’ own code', async () => {
  for (const [name, input] of [
    ['read_passage', { passageId: `${documentOf(9)}.0` }],
    ['read_document', { documentId: documentOf(9) }],
    ['table_query', { documentId: documentOf(9), sql: 'SELECT 1' }],
  ] as const)
    expect(await run(name, input)).toMatchObject({ ok: false, error: { code: 'document.not_found' }, artifacts: [], label: null })
})

import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { ToolReply } from '../../main/domain/tool.ts'
import { canonicalArguments } from '../../main/tools/arguments.ts'
import { findTool, tools } from '../../main/tools/registry.ts'
import { estimateTool, previewTool, runLimits, runTool, undoTool } from '../../main/tools/run-tool.ts'
import type { AnyTool } from '../../main/tools/tool.ts'
import { goodArguments } from '../support/tool-arguments.ts'
import { documentOf, toolContext } from '../support/tool-context.ts'

const isReply = (reply: unknown) => expect(ToolReply.safeParse(reply).error).toBeUndefined()
const all = tools.map((tool) => [tool.name, tool] as const)
const performed = all.filter(([, tool]) => tool.risk !== 'human')
const broken = (tool: AnyTool, more: Partial<AnyTool>): AnyTool => ({ ...tool, ...more })

describe.each(all)('TOL-01 every tool replies with ok, error, artifacts and metrics: %s', (name, tool) => {
  test('to arguments that it does not take', async () => {
    const context = toolContext()
    for (const raw of [null, 7, 'x', [], { unknown: 1 }, { ...(goodArguments[name] as object), more: 1 }]) {
      const reply = await runTool(tool, raw, context)
      isReply(reply)
      expect(reply).toMatchObject({ ok: false, error: { code: 'tool.bad_arguments' }, artifacts: [], metrics: { bytesWritten: 0 } })
    }
  })

  test('to arguments nested a hundred thousand deep', async () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 100_000; i++) deep = { properties: { a: deep }, type: 'object' }
    const reply = await runTool(tool, { ...(goodArguments[name] as object), schema: deep, context: deep }, toolContext())
    isReply(reply)
    expect(reply.error?.code).toBe('tool.bad_arguments')
  })

  test('when it throws', async () => {
    const told: unknown[] = []
    const throwing = broken(tool, { perform: () => Promise.reject(new Error('secret text')) })
    const reply = await runTool(throwing, goodArguments[name], toolContext(), (_, error) => told.push(error))
    isReply(reply)
    expect(reply).toMatchObject({ ok: false, error: { code: 'tool.defect' } })
    expect(JSON.stringify(reply)).not.toContain('secret')
    expect(told).toHaveLength(1)
  })

  test('when it is cancelled before it begins', async () => {
    const reply = await runTool(tool, goodArguments[name], toolContext({ signal: AbortSignal.abort() }))
    isReply(reply)
    expect(reply).toMatchObject({ ok: false, error: { code: 'tool.cancelled_before_effect' } })
  })

  test('when it takes longer than it may', async () => {
    const slow = broken(tool, {
      timeoutMs: 10,
      perform: (_, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ ok: false, error: { code: 'x.y', message: '', hint: '' } })),
        ),
    })
    const reply = await runTool(slow, goodArguments[name], toolContext())
    isReply(reply)
    expect(reply).toMatchObject({ ok: false, error: { code: 'tool.deadline' } })
  })

  test('and says before what it would do and write', async () => {
    const context = toolContext()
    const preview = await previewTool(tool, goodArguments[name], context)
    expect(preview.ok && preview.value.summary).toBeTruthy()
    expect(estimateTool(tool, goodArguments[name])).toMatchObject({ ok: true })
    expect((await previewTool(tool, { no: 1 }, context)).ok).toBe(false)
  })
})

test.each(performed)('TOL-01 every tool replies with ok, error, artifacts and metrics: %s, when it succeeds', async (name, tool) => {
  const reply = await runTool(tool, goodArguments[name], toolContext())
  isReply(reply)
  expect(reply).toMatchObject({ ok: true, error: null })
  expect(reply.metrics.durationMs).toBeGreaterThan(0)
  const estimate = estimateTool(tool, goodArguments[name])
  expect(estimate.ok && reply.metrics.bytesWritten <= estimate.value).toBe(true)
})

test('TOL-01 a tool that does not heed its deadline is waited for no longer than the grace', { timeout: 10_000 }, async () => {
  const deaf = broken(findTool('calculate') as AnyTool, { timeoutMs: 10, perform: () => new Promise(() => {}) })
  const reply = await runTool(deaf, goodArguments.calculate, toolContext())
  expect(reply.error?.code).toBe('tool.deadline')
  expect(reply.metrics.durationMs).toBeLessThan(runLimits.abortGraceMs + 2_000)
})

test.each([
  ['an output that is no JSON', { a: undefined, b: () => 1 }, 'tool.defect'],
  ['an output over 64 KiB', 'x'.repeat(runLimits.outputBytesMax), 'tool.output_too_large'],
])('TOL-01 %s is a failure that still names what was left', async (_what, output, code) => {
  const artifacts = [{ kind: 'document', documentId: documentOf(1) }] as const
  const tool = broken(findTool('calculate') as AnyTool, {
    perform: async () => ok({ output, artifacts, label: unclassified, bytesWritten: 3 }),
  })
  const reply = await runTool(tool, goodArguments.calculate, toolContext())
  isReply(reply)
  expect(reply).toMatchObject({ ok: false, error: { code }, output: null, artifacts, label: unclassified, metrics: { bytesWritten: 3 } })
})

test('TOL-01 what was done before a cancel came is told as done', async () => {
  const controller = new AbortController()
  const tool = broken(findTool('calculate') as AnyTool, {
    perform: async () => {
      controller.abort()
      return ok({ output: 1, artifacts: [], label: null, bytesWritten: 0 })
    },
  })
  expect((await runTool(tool, goodArguments.calculate, toolContext({ signal: controller.signal }))).ok).toBe(true)
})

test('TOL-01 a call that was cancelled while it worked says so', async () => {
  const controller = new AbortController()
  const tool = broken(findTool('search_holdings') as AnyTool, {
    perform: async (_, { signal }) => {
      controller.abort()
      expect(signal.aborted).toBe(true)
      return { ok: false, error: { code: 'search.cancelled', message: 'x', hint: 'x' } }
    },
  })
  const reply = await runTool(tool, goodArguments.search_holdings, toolContext({ signal: controller.signal }))
  expect(reply.error?.code).toBe('tool.cancelled')
})

test('HUM-01 no code completes a call to a person', async () => {
  for (const name of ['ask_human', 'request_human_approval']) {
    const reply = await runTool(findTool(name) as AnyTool, goodArguments[name], toolContext())
    expect(reply).toMatchObject({ ok: false, error: { code: 'tool.defect' } })
  }
})

test('TOL-05 a tool that cannot be undone says so', async () => {
  const tool = findTool('calculate') as AnyTool
  const reply = await runTool(tool, goodArguments.calculate, toolContext())
  expect(await undoTool(tool, reply, toolContext())).toMatchObject({ ok: false, error: { code: 'tool.no_undo' } })
})

test('the label of a reply is the join of what was read', async () => {
  const labelOf = async (name: string) => (await runTool(findTool(name) as AnyTool, goodArguments[name], toolContext())).label
  expect(await labelOf('search_holdings')).toMatchObject({ categories: ['CUI'] })
  expect(await labelOf('list_documents')).toMatchObject({ categories: ['CUI'] })
  expect(await labelOf('table_query')).toMatchObject({ categories: ['CUI'] })
  expect(await labelOf('read_passage')).toEqual(unclassified)
  expect(await labelOf('calculate')).toBeNull()
})

test('TOL-07 what is approved is the parsed arguments in one form, with their defaults', () => {
  const search = findTool('search_holdings') as AnyTool
  const expected = { ok: true, value: '{"collection":null,"count":5,"query":"quay"}' }
  expect(canonicalArguments(search, { query: ' quay ' })).toEqual(expected)
  expect(canonicalArguments(search, { count: 5, collection: null, query: 'quay' })).toEqual(expected)
  expect(canonicalArguments(search, { query: 'quay', approved: true })).toMatchObject({
    ok: false,
    error: { code: 'tool.bad_arguments', message: expect.stringContaining('approved') },
  })
  expect(canonicalArguments(search, { query: 'quay', count: 11 })).toMatchObject({ error: { message: expect.stringContaining('count') } })
})

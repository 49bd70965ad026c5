/** An answer from the question to the checked claims, with a model and without one, and what may befall it on the way. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { findQuote } from '../../main/domain/quote.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { childrenRunning, type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const question = 'When did the pump at the north gate fail?'
/** Random weights that write several claims; other seeds write none, or one without end. */
const writingSeed = 2
let core: OpenApp
let modelId = ''

const typesOf = async (runId: string): Promise<readonly string[]> =>
  (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event.type)
const countOf = (types: readonly string[], type: string): number => types.filter((one) => one === type).length
const answerOf = async (runId: string): Promise<NonNullable<CallOutput<'ask.answer'>['answer']>> => {
  const { answer } = await core.call('ask.answer', { runId })
  if (answer === null) throw new Error('no answer')
  return answer
}
/** Starts a run and resolves with its id when the item that is waited for has come. */
async function untilItem(model: string | null, kind: 'delta' | 'stage', stage?: string): Promise<string> {
  let runId = ''
  const come = core.next((item) => {
    if (item.kind !== kind || item.runId !== runId) return null
    return stage === undefined || (item.kind === 'stage' && item.stage === stage) ? item : null
  })
  const started = core.call('ask.start', { question, modelId: model })
  runId = (await started).runId
  await come
  return runId
}

beforeAll(async () => {
  core = await openApp(join(folder, 'data'))
  const file = join(folder, 'report.md')
  const others = Array.from({ length: 30 }, (_, i) => `The valve in hall ${i} was inspected at 09:${10 + i} and found in order.`).join(
    '\n\n',
  )
  writeFileSync(file, `# Report\n\nThe pump at the north gate failed at 14:05 on Tuesday.\n\n${others}\n`)
  await core.ingest([file])
  modelId = (await core.call('models.import', { source: { path: tinyModels(folder, writingSeed).decoder } })).id
}, 120_000)

describe('ANS-01 with a model', () => {
  test('every citation shown was verified in its passage, and every other claim is marked', async () => {
    const run = await core.ask(question, modelId)
    expect(run.status).toBe('complete')
    const answer = await answerOf(run.id)
    expect(answer).toMatchObject({ tier: 'edge', model: modelId, device: 'cpu' })
    expect(answer.usage.completionTokens).toBeGreaterThan(0)
    expect(answer.claims.length).toBeGreaterThan(1)
    expect(answer.usage.promptTokens).toBeGreaterThan(100)
    for (const citation of answer.citations) {
      const passage = await core.call('passages.get', { passageId: citation.passageId, quote: citation.quote })
      expect(findQuote(passage.text, citation.quote, [])).not.toBeNull()
    }
    const cited = new Set(answer.claims.flatMap(({ citations }) => citations))
    expect([...cited].sort()).toEqual(answer.citations.map(({ n }) => n).sort())
    for (const claim of answer.claims) expect(claim.supported).toBe(claim.citations.length > 0)
    expect(answer.supported).toBe(answer.claims.some(({ supported }) => supported))
    const events = (await core.call('runs.events', { runId: run.id, limit: 200 })).items.map(({ event }) => event)
    const checked = events.find((event) => event.type === 'quotes.checked')
    expect(checked).toMatchObject({ claims: answer.claims.length, verified: answer.citations.length })
  })

  test.each([1, 3])('a model is shown as many passages as were asked for: %d', async (top) => {
    const { runId } = await core.call('ask.start', { question, modelId, top })
    expect((await core.settled(runId)).status).toBe('complete')
    const events = (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event)
    const built = events.find((event) => event.type === 'context.built')
    expect(built?.passages).toHaveLength(top)
  })

  test('a claim is told with its check while the rest still streams', async () => {
    const kinds: string[] = []
    const stop = core.app.subscribe(null, (item) => {
      if (item.kind === 'delta' || item.kind === 'claim') kinds.push(item.kind)
    })
    await core.ask(question, modelId)
    stop()
    expect(kinds.indexOf('claim')).toBeGreaterThan(0)
    expect(kinds.lastIndexOf('delta')).toBeGreaterThan(kinds.indexOf('claim'))
  })

  test.each(['SIGKILL', 'SIGSEGV'] as const)(
    '%s of the inference process while it writes: the answer is quoted without it, and says so',
    async (signal) => {
      const runId = await untilItem(modelId, 'delta')
      for (const pid of childrenRunning('llama-child')) process.kill(pid, signal)
      expect((await core.settled(runId)).status).toBe('complete')
      const answer = await answerOf(runId)
      expect(answer).toMatchObject({ tier: 'reflex', model: null, device: 'none', supported: true })
      expect(answer.citations[0]?.quote).toContain('14:05')
      const types = await typesOf(runId)
      expect([countOf(types, 'model.failed'), countOf(types, 'model.answered')]).toEqual([1, 1])
    },
  )

  test('RUN-10 a cancellation reaches the model within a second, and the next question is answered', async () => {
    const runId = await untilItem(modelId, 'delta')
    const from = performance.now()
    await core.call('runs.cancel', { runId })
    expect((await core.settled(runId)).status).toBe('aborted')
    expect(performance.now() - from).toBeLessThan(1_000)
    expect((await core.ask(question, modelId)).status).toBe('complete')
  })

  test('RUN-11 a pause while it writes holds at the next safe point; resumed, nothing finished is done again', async () => {
    const runId = await untilItem(modelId, 'delta')
    await core.call('runs.pause', { runId })
    const held = await core.settled(runId)
    expect([held.status, held.holds]).toEqual(['held', ['operator']])
    expect((await core.call('ask.answer', { runId })).answer).toBeNull()
    await core.call('runs.resume', { runId })
    expect((await core.settled(runId)).status).toBe('complete')
    const types = await typesOf(runId)
    expect([countOf(types, 'tool.proposed'), countOf(types, 'model.requested'), countOf(types, 'run.activated')]).toEqual([1, 1, 2])
  })
})

describe('without a model', () => {
  test.each([
    ['searching', 0, 0],
    ['reading', 1, 0],
    ['checking', 1, 1],
  ] as const)('RUN-11 a pause at “%s” holds there, and the resumed run takes up what was finished', async (stage, tools, calls) => {
    const paused = core.next((item) => {
      if (item.kind !== 'stage' || item.stage !== stage) return null
      // At once, before the agent's next step.
      void core.call('runs.pause', { runId: item.runId })
      return item.runId
    })
    const { runId } = await core.call('ask.start', { question, modelId: null })
    expect(await paused).toBe(runId)
    expect((await core.settled(runId)).status).toBe('held')
    const before = await typesOf(runId)
    expect([countOf(before, 'tool.succeeded'), countOf(before, 'model.answered')]).toEqual([tools, calls])
    await core.call('runs.resume', { runId })
    expect((await core.settled(runId)).status).toBe('complete')
    const after = await typesOf(runId)
    expect([countOf(after, 'tool.proposed'), countOf(after, 'model.requested')]).toEqual([1, 1])
    expect((await answerOf(runId)).supported).toBe(true)
  })

  test('RUN-09 a pause outlives the core, and the run completes after the next one resumed it', async () => {
    const paused = core.next((item) => {
      if (item.kind !== 'stage' || item.stage !== 'reading') return null
      void core.call('runs.pause', { runId: item.runId })
      return item.runId
    })
    const { runId } = await core.call('ask.start', { question, modelId: null })
    await paused
    await core.settled(runId)
    await core.app.close()
    core = await openApp(join(folder, 'data'))
    expect((await core.call('runs.get', { runId })).status).toBe('held')
    await core.call('runs.resume', { runId })
    expect((await core.settled(runId)).status).toBe('complete')
    expect(countOf(await typesOf(runId), 'tool.proposed')).toBe(1)
    expect(faultsOf(core.paths)).toEqual([])
  })
})

/** What the real agents show to models, here and beyond: how much of a window, what is left out of it, and what never stands in it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usualAllowance, windowRules } from '../../main/domain/context-window.ts'
import { CrossingArguments } from '../../main/domain/crossing.ts'
import { unclassified } from '../../main/domain/label.ts'
import { fail } from '../../main/domain/result.ts'
import type { RunEvent } from '../../main/domain/run/events.ts'
import { createRunFigures } from '../../main/store/run-figures.ts'
import type { ChatRequest } from '../../main/world.ts'
import { createDice } from '../support/dice.ts'
import { type CrossingScene, claims, type OpenCrossings, openCrossings, passage, quote } from '../support/open-crossings.ts'
import { newId } from '../support/run-store.ts'
import { scriptedOutside } from '../support/scripted-outside.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
type Built = Extract<RunEvent, { type: 'context.built' }>
type Requested = Extract<RunEvent, { type: 'model.requested' }>

function open(scene: CrossingScene, isOutside = false): OpenCrossings {
  const at = join(folder, newId('boot'))
  mkdirSync(at, { recursive: true })
  const scripted = scriptedOutside(() => claims())
  const { tiers } = scripted.policy
  const datacenter = { isAllowed: isOutside, clearance: unclassified, crossing: 'automatic' } as const
  scripted.policy = { ...scripted.policy, tiers: { ...tiers, datacenter } }
  return openCrossings(at, scripted, { allowance: usualAllowance, ...scene })
}

/** Every model call of a run with its context and its exact prompt. */
function callsOf(runs: OpenCrossings, runId: string) {
  const events = runs.log.readStream(runId).map(({ event }) => event)
  const built = events.filter((event): event is Built => event.type === 'context.built')
  return events
    .filter((event): event is Requested => event.type === 'model.requested')
    .map((event) => {
      const context = built.findLast(({ stepId }) => stepId === event.stepId)
      if (context === undefined) throw new Error('a model was asked without a context')
      return { event, context, prompt: runs.bodies.read(event.input.body) ?? '' }
    })
}
const isChoice = ({ messages }: ChatRequest): boolean => messages[0]?.text.includes('draft_report') === true
const look = (word: string): string => JSON.stringify({ tool: 'look', arguments: { word } })
const draft = '{"tool":"draft_report"}'
/** Looks so often, then drafts. */
const looking = (times: number, wordOf: (time: number) => string = (time) => `word ${time}`) => {
  let done = 0
  return (request: ChatRequest): string => {
    if (!isChoice(request)) return claims()
    done += 1
    return done <= times ? look(wordOf(done)) : draft
  }
}

test('CTX-02 over seeded questions and reports, here and at a datacenter, no model call takes more than 40 % of its window', async () => {
  const dice = createDice(41)
  const seen = { edge: 0, datacenter: 0, reflex: 0 }
  for (let i = 0; i < 24; i++) {
    const passages = Array.from({ length: 1 + dice(8) }, (_, n) => passage(n + 1, `${quote}. ${'The pump ran dry. '.repeat(dice(160))}`))
    const contextTokens = [128, 512, 2_048, 8_192][dice(4)] ?? 512
    const isOutside = dice(2) === 0
    const runs = open({ passages, contextTokens, here: looking(dice(4), () => 'pump '.repeat(1 + dice(300))) }, isOutside)
    const runId = dice(2) === 0 ? await runs.ask(isOutside ? 'datacenter' : null) : await runs.write(isOutside ? 'datacenter' : null)
    for (const { event, context } of callsOf(runs, runId)) {
      expect(context.promptTokens).toBeLessThanOrEqual(context.contextTokens * 0.4)
      seen[event.tier as keyof typeof seen] += 1
    }
  }
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(2)
})

test('CTX-03 what chooses the next call stays under a fifth of the window, however much was done', async () => {
  const long = (time: number) => `${time} ${'valve and pump and gate '.repeat(40)}`
  const runs = open({ contextTokens: 2_048, here: looking(6, long) })
  const runId = await runs.write()
  const choices = callsOf(runs, runId).filter(({ context }) => context.passages.length === 0)
  expect(choices.length).toBeGreaterThan(3)
  for (const { context } of choices) expect(context.promptTokens).toBeLessThanOrEqual(2_048 * windowRules.mainShareMax)
  expect(choices.at(-1)?.context.leftOut?.map(({ reason }) => reason)).toContain('over_share')
})

test('CTX-03 an ended run tells how full its fullest context was, and its last one', async () => {
  const runs = open({ contextTokens: 2_048, here: looking(4, (time) => `${time} ${'valve and pump and gate '.repeat(40)}`) })
  const runId = await runs.write()
  const percents = callsOf(runs, runId).map(({ context }) => (100 * context.promptTokens) / context.contextTokens)
  const { contextPercent, lastContextPercent } = createRunFigures(runs.db, runs.labels, 'station').of(runId) ?? {}
  expect([contextPercent, lastContextPercent]).toEqual([Math.max(...percents), percents.at(-1)])
  expect(percents.at(-1)).toBeLessThan(Math.max(...percents))
})

test('CTX-06 drafting begins with a context of its own: nothing of what was done while gathering stands in it', async () => {
  const runs = open({ here: looking(2, (time) => `gathered-${time}`) })
  const runId = await runs.write()
  const calls = callsOf(runs, runId)
  const drafts = calls.filter(({ context }) => context.passages.length > 0)
  expect(calls.filter(({ prompt }) => prompt.includes('gathered-1')).length).toBeGreaterThan(0)
  expect(drafts).toHaveLength(1)
  for (const { prompt, context } of drafts) {
    expect(prompt).not.toContain('gathered-')
    expect(context.parts?.map(({ kind }) => kind)).toEqual(['system', 'evidence', 'question'])
  }
})

test('CTX-08 a failed call is one short line in the next context, without its stack; after the third in a row a person is asked', async () => {
  const stack = `it broke\n    at read (/srv/x.ts:1:2)\n    at async main (/srv/y.ts:9:9)\n${'x'.repeat(9_000)}`
  const runs = open({ here: looking(9), looked: () => fail('holdings.broken', stack, 'Try again.') })
  const runId = await runs.write()
  const calls = callsOf(runs, runId)
  const last = calls.at(-1)
  const failures = last?.context.parts?.filter(({ kind }) => kind === 'failures') ?? []
  expect(failures).toHaveLength(1)
  expect(failures[0]?.tokens).toBeLessThanOrEqual(300)
  expect(last?.prompt).toContain('look: holdings.broken (2 times). it broke')
  for (const { prompt } of calls) expect(prompt).not.toMatch(/at read|at async|xxxx/)
  expect(runs.run(runId)).toMatchObject({ status: 'held', holds: [{ kind: 'spiral' }] })
  expect(runs.run(runId).steps.filter(({ kind }) => kind === 'tool')).toHaveLength(3)
})

test('CTX-08 an error that is over is left out, and said to be', async () => {
  let times = 0
  const looked: CrossingScene['looked'] = (word) => {
    times += 1
    return times === 1 ? fail('holdings.busy', 'It was busy.', 'Again.') : { ok: true, value: word }
  }
  const runs = open({ here: looking(3), looked })
  const choices = callsOf(runs, await runs.write()).filter(({ context }) => context.passages.length === 0)
  expect(choices[1]?.prompt).toContain('holdings.busy')
  expect(choices.at(-1)?.prompt).not.toContain('holdings.busy')
  expect(choices.at(-1)?.context.leftOut).toMatchObject([{ kind: 'failures', reason: 'resolved' }])
})

const planted = [
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
  'hunter2-the-gate',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  's3cret-of-the-dam',
] as const
const secretText = [
  `aws_key ${planted[0]} and ${planted[1]}.`,
  `password: ${planted[2]}`,
  `-----BEGIN PRIVATE KEY-----\n${planted[3]}\n-----END PRIVATE KEY-----`,
  `postgres://ana:${planted[4]}@db.local/x`,
].join('\n')

test.each([
  ['a question here', null, 'ask'],
  ['a question to a datacenter', 'datacenter', 'ask'],
  ['a question without a model', 'reflex', 'ask'],
  ['a report here', null, 'write'],
  ['a report with a datacenter', 'datacenter', 'write'],
] as const)(
  'CTX-10 secrets that are planted in documents, answers of tools and questions reach no model: %s',
  async (_what, tier, what) => {
    const passages = [passage(1, `${quote}. ${secretText}`)]
    const runs = open({ passages, here: looking(2, () => secretText) }, tier === 'datacenter')
    const question = `When did it fail, ${secretText}?`
    const runId =
      what === 'ask' ? await runs.ask(tier, { question, ...(tier === 'reflex' ? { modelId: null } : {}) }) : await runs.write(tier)
    const calls = callsOf(runs, runId)
    expect(calls.length).toBeGreaterThan(0)
    for (const { event, prompt } of calls) {
      for (const secret of planted) expect(prompt, event.tier).not.toContain(secret)
      if (event.tier !== 'reflex' || what === 'ask') expect(prompt).toMatch(event.tier === 'reflex' ? /\[secret\]/ : /pump|call/)
    }
    expect(calls.some(({ prompt }) => prompt.includes('[secret]'))).toBe(true)
  },
)

test('CTX-10 whoever lets a request go is told that secrets were taken out of it', async () => {
  const runs = open({ passages: [passage(1, `${quote}. ${secretText}`)] }, true)
  const runId = await runs.ask('datacenter')
  const given = CrossingArguments.parse(JSON.parse(runs.bodies.read(runs.crossing(runId)?.input.body ?? '') ?? 'null'))
  expect(given.removed).toEqual({ secrets: expect.any(Number) })
  expect(given.removed.secrets).toBeGreaterThanOrEqual(planted.length)
})

test('CTX-02 a model that was loaded anew with a smaller window is not asked', async () => {
  const told: unknown[] = []
  const here = (request: ChatRequest): string => {
    told.push(request.onPrompt?.({ tokens: 200, contextTokens: 500 }), request.onPrompt?.({ tokens: 201, contextTokens: 500 }))
    return isChoice(request) ? draft : claims()
  }
  await open({ here }).write()
  const [fits, fitsNot] = [{ ok: true }, { ok: false, error: { code: 'context.too_large' } }]
  // Once to choose, once to draft.
  expect(told).toMatchObject([fits, fitsNot, fits, fitsNot])
})

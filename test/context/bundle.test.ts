/** Context bundles of made-up runs of every size: what is kept, how short they are, and what is refused. */
import { describe, expect, test } from 'vitest'
import { buildContext } from '../../main/context/build.ts'
import { composeBundle } from '../../main/context/bundle.ts'
import type { ContextPart } from '../../main/context/render.ts'
import { resumeParts } from '../../main/context/resume.ts'
import {
  bundleFaults,
  bundleRules,
  bundleTokens,
  type ContextBundle,
  checkedBundle,
  ratioOf,
  valueText,
} from '../../main/domain/context-bundle.ts'
import { bundleSource } from '../../main/domain/context-bundle-source.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import type { ExistingRun } from '../../main/domain/run/state.ts'
import { body, historyOf, id } from '../domain/run/scenario.ts'
import { createDice } from '../support/dice.ts'

interface MadeUp {
  readonly run: ExistingRun
  readonly read: (body: string) => string | null
}

/** A run that completes, with so many calls of so many characters, a person's word on every third, and an answer. */
function madeUp(seed: number, calls: number, chars: number, topicChars = 40): MadeUp {
  const dice = createDice(seed)
  const texts = new Map<string, string>()
  let bodies = 100
  const put = (text: string) => {
    bodies += 1
    texts.set(id('bdy', bodies), text)
    return body(bodies)
  }
  const input = put(
    JSON.stringify({ title: 'The pump', fields: { topic: 't'.repeat(topicChars), file: 'a "quoted" name.md' }, modelId: null, tier: null }),
  )
  const events: RunEvent[] = historyOf.active.map((event) => (event.type === 'run.created' ? { ...event, input } : event))
  const nothing = { tokens: 0, costMicros: 0, bytesWritten: 0 }
  for (let n = 0; n < calls; n++) {
    const of = { stepId: id('stp', n + 1), atMs: 10 }
    const isDecided = n % 3 === 0
    events.push({
      type: 'tool.proposed',
      ...of,
      ordinal: n,
      tool: 'write_file',
      effect: 'unsafe',
      risk: 'write',
      input: put(`{"n":${n}}`),
      reserved: nothing,
    })
    if (isDecided) {
      const hold = { holdId: id('hld', n + 1), atMs: 10 }
      events.push({ type: 'tool.approval_requested', stepId: of.stepId, ...hold, request: null })
      const feedback = dice(2) === 0 ? null : put(`Not so, because ${'reasons and '.repeat(dice(80))}`)
      events.push({ type: 'tool.rejected', stepId: of.stepId, ...hold, feedback, isRevision: dice(2) === 0 })
      continue
    }
    events.push({ type: 'tool.dispatched', ...of })
    const reply = { ok: true, error: null, output: 'x'.repeat(chars), label: null, metrics: { durationMs: 1, bytesWritten: 0 } }
    const artifacts = [{ kind: 'file', name: `file-${n}.md`, sizeBytes: 1, written: id('bdy', 5), previous: null }]
    events.push({ type: 'tool.succeeded', ...of, output: put(JSON.stringify({ ...reply, artifacts })), settled: nothing })
  }
  const claims = Array.from({ length: 12 }, (_, n) => ({
    text: `Claim ${n} ${'c'.repeat(dice(400))}`,
    supported: n % 2 === 0,
    citations: [1],
  }))
  const result = put(JSON.stringify({ claims, citations: [{ n: 1, passageId: `${id('doc')}.3` }] }))
  events.push({ type: 'run.completed', from: 'active', reason: 'completion', atMs: 20, result, label: unclassified })
  const run = fold(events)
  if (run.status === 'absent') throw new Error('no run')
  return { run, read: (one) => texts.get(one) ?? null }
}
const compose = ({ run, read }: MadeUp, continues: string | null = null, n = 1) =>
  composeBundle({ runId: id('run', n), atVersion: 9, trigger: 'complete', run, continues, read })
function composed(made: MadeUp, continues: string | null = null, n = 1): ContextBundle {
  const bundle = compose(made, continues, n)
  if (!bundle.ok) throw new Error(`${bundle.error.code} ${bundle.error.message}`)
  return bundle.value
}

test('BND-01 BND-07 a bundle says what was decided and why, found, given and comes next, and hands on goal, state, artifacts and open risks', () => {
  const bundle = composed(madeUp(3, 7, 300))
  expect(Object.keys(bundle)).toEqual(expect.arrayContaining(['summary', 'decisions', 'findings', 'parameters', 'nextSteps', 'handoff']))
  expect(Object.keys(bundle.handoff)).toEqual(['goal', 'summary', 'continuation', 'artifacts', 'decisions', 'openRisks'])
  expect(bundle.handoff).toMatchObject({
    goal: 'The pump',
    continuation: 'Nothing is left to do.',
    decisions: ['step-0', 'step-3', 'step-6'],
  })
  expect(bundle.handoff.artifacts[0]).toEqual({ kind: 'file', name: 'file-1.md', section: 'step-1.output' })
  expect(bundle.handoff.openRisks).toContain('6 of 12 claims are not verified.')
  expect(bundle.findings[0]).toMatchObject({ isVerified: true, sources: [`${id('doc')}.3`] })
  expect(bundle.parameters['fields.file']).toEqual({ text: 'a "quoted" name.md' })
  for (const { choice, why } of bundle.decisions) expect([choice, 'text' in why ? why.text : why.begins]).not.toContain('')
})

test('BND-02 over 300 runs of every size: at most 2,000 tokens, at least four to one, and every decision and parameter kept, key by key', () => {
  const seen = { held: 0, small: 0, references: 0 }
  for (let seed = 0; seed < 300; seed++) {
    const dice = createDice(seed * 7_919)
    for (let i = 0; i < 6; i++) dice(2)
    const made = madeUp(seed, 1 + dice(20), dice(6_000), 1 + dice(3_000))
    const bundle = composed(made)
    const source = bundleSource(made.run, made.read)
    expect(bundleTokens(bundle)).toBeLessThanOrEqual(bundleRules.tokensMax)
    if (source.tokens >= bundleRules.ratioFromTokens) {
      expect(ratioOf(bundle)).toBeGreaterThanOrEqual(bundleRules.ratioMin)
      seen.held += 1
    } else seen.small += 1
    expect(bundle.decisions.map(({ key }) => key)).toEqual([...source.decisions.keys()])
    expect(Object.keys(bundle.parameters).toSorted()).toEqual([...source.parameters.keys()].toSorted())
    for (const { key, why } of bundle.decisions) {
      if ('text' in why) expect(why.text).toBe(source.decisions.get(key)?.text)
      else expect(valueText(why, source)).toBe(source.decisions.get(key)?.text)
    }
    for (const [key, value] of Object.entries(bundle.parameters)) {
      const original = source.parameters.get(key)?.text ?? ''
      if ('text' in value) expect(value.text).toBe(original)
      else {
        seen.references += 1
        expect([value.chars, original.startsWith(value.begins), valueText(value, source)?.includes(original)]).toEqual([
          original.length,
          true,
          true,
        ])
      }
    }
  }
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(20)
})

describe('BND-02 a bundle is refused', () => {
  const made = madeUp(5, 9, 5_000)
  const source = bundleSource(made.run, made.read)
  const good = composed(made)
  const faultsOf = (change: Partial<ContextBundle>) => bundleFaults({ ...good, ...change }, source)

  test('by nothing when it is right', () => {
    expect(faultsOf({})).toEqual([])
    expect(ratioOf(good)).toBeGreaterThanOrEqual(bundleRules.ratioAim)
  })
  test.each<readonly [string, Partial<ContextBundle>, RegExp]>([
    ['that is too long', { summary: 's'.repeat(3_900), nextSteps: ['n'.repeat(3_000)] }, /tokens; 2000 are the most/],
    [
      'that is not short enough for its source',
      { source: { ...good.source, tokens: bundleRules.ratioFromTokens }, summary: 's'.repeat(3_000) },
      /at least 4 is asked/,
    ],
    ['that lost a decision', { decisions: good.decisions.slice(1) }, /decision step-0 is missing/],
    ['that changed why', { decisions: good.decisions.map((one) => ({ ...one, why: { text: 'because' } })) }, /not as it was made/],
    ['that lost a parameter', { parameters: {} }, /parameter title is missing/],
    [
      'that changed a parameter',
      { parameters: { ...good.parameters, title: { text: 'The valve' } } },
      /parameter title is not as it was given/,
    ],
    [
      'that points at a text which does not hold it',
      { parameters: { ...good.parameters, title: { section: 'step-1.input', chars: 8, begins: 'The' } } },
      /title is not as/,
    ],
  ])('%s', (_what, change, fault) => {
    expect(faultsOf(change).join(' ')).toMatch(fault)
    expect(checkedBundle({ ...good, ...change }, source)).toMatchObject({ ok: false, error: { code: 'context_bundle.refused' } })
  })
  test('that has another form, or another field', () => {
    const { summary: _none, ...rest } = good
    expect(checkedBundle(rest as never, source)).toMatchObject({ ok: false, error: { code: 'context_bundle.malformed' } })
    expect(checkedBundle({ ...good, mood: 'good' } as never, source)).toMatchObject({
      ok: false,
      error: { code: 'context_bundle.malformed' },
    })
  })
  test('when what must be kept does not fit', () => {
    const many = madeUp(5, 200, 10)
    expect(compose(many)).toMatchObject({ ok: false, error: { code: 'context_bundle.refused' } })
  })
})

test('BND-02 a small source is not held to the ratio, and its bundle is never cut for it', () => {
  const bundle = composed(madeUp(1, 1, 10))
  expect(bundle.source.tokens).toBeLessThan(bundleRules.ratioFromTokens)
  expect(bundle.leftOut).toEqual({ findings: expect.any(Number), artifacts: 0, openRisks: 0 })
  expect(bundle.findings.length + bundle.leftOut.findings).toBe(12)
})

test('BND-03 the same run gives the same bundle, byte for byte', () => {
  for (let seed = 0; seed < 50; seed++)
    expect(JSON.stringify(composed(madeUp(seed, 9, 900)))).toBe(JSON.stringify(composed(madeUp(seed, 9, 900))))
})

describe('BND-06 what is carried over', () => {
  const chain = Array.from({ length: 7 }, (_, n) => composed(madeUp(n, 6, 2_000), null, 7 - n))

  const newest = ['decisions', 'parameters']
  test.each([
    [2_048, newest],
    [4_096, [...newest, 'thread']],
    [8_192, [...newest, 'thread']],
    [32_768, [...newest, 'thread', 'thread']],
    [131_072, chain.flatMap(() => [...newest, 'thread', 'thread'])],
  ])('takes at most 12 %% of a window of %i tokens, what is needed most first, and names what it left out', (window, first) => {
    const { parts, leftOut } = resumeParts(chain, window)
    // Two characters for a token is more than nearly any tokenizer makes.
    const tokens = parts.reduce((sum, { title = '', text }) => sum + (title.length + text.length) / 2, 0)
    expect(tokens).toBeLessThanOrEqual(window * bundleRules.resumeShareMax)
    expect(parts.slice(0, first.length).map(({ kind }) => kind)).toEqual(first)
    expect(parts.length + leftOut.length).toBe(chain.length * 4)
  })
  test('over seven sessions in a chain no context is ever above 40 % of its window, nor what is carried over above 12 %', async () => {
    let most = 0
    for (const window of [2_048, 8_192, 32_768]) {
      const sessions: ContextBundle[] = []
      for (let session = 0; session < 7; session++) {
        const { parts, leftOut } = resumeParts(sessions.toReversed(), window)
        const own = Array.from(
          { length: 12 },
          (_, n): ContextPart => ({ kind: 'thread', source: `stp-${n}`, why: 'done', text: 'd'.repeat(2_000) }),
        )
        const built = await buildContext({
          parts: [
            { kind: 'system', source: 'instructions', why: 'agent', text: 'Choose.' },
            ...parts,
            ...own,
            { kind: 'question', source: 'question', why: 'asked', text: 'What is next?' },
          ],
          leftOut,
          countTokens: async (messages, pieces) => {
            const tokens = (text: string) => Math.ceil(text.length / 3)
            return ok({ tokens: tokens(messages.map(({ text }) => text).join('')), contextTokens: window, pieces: pieces.map(tokens) })
          },
        })
        if (!built.ok) throw new Error(built.error.code)
        const { promptTokens, record } = built.value
        most = Math.max(most, promptTokens / window)
        const carried = record.parts.filter(({ why }) => why === 'carried').reduce((sum, { tokens }) => sum + tokens, 0)
        expect(carried / window).toBeLessThanOrEqual(bundleRules.resumeShareMax)
        // From the second session on there is something to carry, and room for it in the smallest window, too.
        expect(carried > 0, `${window} ${session}`).toBe(session > 0)
        sessions.push(composed(madeUp(session, 6, 2_000), sessions.at(-1)?.id ?? null, session + 1))
      }
      expect(sessions.at(-1)?.continues).toBe(sessions.at(-2)?.id)
    }
    expect(most).toBeLessThanOrEqual(0.4)
    expect(most).toBeGreaterThan(0.35)
  })
  test('begins with the decisions and parameters of the newest, whole', () => {
    const { parts } = resumeParts(chain, 32_768)
    expect(parts.slice(0, 2).map(({ kind, source, why }) => [kind, source, why])).toEqual([
      ['decisions', chain[0]?.id, 'carried'],
      ['parameters', chain[0]?.id, 'carried'],
    ])
    for (const { key, choice } of chain[0]?.decisions ?? []) expect(parts[0]?.text).toContain(`${key}: ${choice}`)
  })
  test('never skips a newer one for an older one', () => {
    const [newest, ...older] = chain
    if (newest === undefined) throw new Error('no chain')
    const long = { ...newest, findings: [{ text: 'f'.repeat(3_900), isVerified: true, sources: [] }] }
    const { parts, leftOut } = resumeParts([long, ...older], 16_384)
    expect(leftOut[0]).toMatchObject({ kind: 'thread', source: newest.id, reason: 'over_share' })
    expect([...new Set(parts.map(({ source }) => source))]).toEqual([newest.id])
  })
})

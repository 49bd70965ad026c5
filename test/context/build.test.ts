import { describe, expect, test } from 'vitest'
import { buildContext, type ContextRequest, type CountTokens } from '../../main/context/build.ts'
import { compactLimits, type Failed, failureLine, failurePart, foldedSteps, shorten } from '../../main/context/compact.ts'
import type { ContextPart } from '../../main/context/render.ts'
import type { PartKind } from '../../main/domain/context-part.ts'
import { ok } from '../../main/domain/result.ts'
import { tokensAtMost } from '../../main/domain/token-estimate.ts'

/** A token is four characters. */
const tokens = (text: string): number => Math.ceil(text.length / 4)
const counting =
  (contextTokens: number): CountTokens =>
  async (messages, pieces) =>
    ok({ tokens: tokens(messages.map(({ text }) => text).join('\n')), contextTokens, pieces: pieces.map(tokens) })

const part = (kind: PartKind, source: string, text: string): ContextPart => ({ kind, source, why: 'found', text })
const fixed = [part('system', 'instructions', 'Answer.'), part('question', 'question', 'When did it fail?')]
const build = (parts: readonly ContextPart[], contextTokens: number, more: Partial<ContextRequest> = {}) =>
  buildContext({ parts: [...fixed, ...parts], countTokens: counting(contextTokens), ...more })
async function built(...given: Parameters<typeof build>) {
  const result = await build(...given)
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
const wholeText = (messages: ReadonlyArray<{ readonly text: string }>) => messages.map(({ text }) => text).join('\n')

describe('CTX-01 what a model reads', () => {
  test('comes in one order whatever order it is given in, and what is asked stands last', async () => {
    const parts = [part('evidence', 'doc.0', 'E'), part('thread', 'stp', 'T'), part('failures', 'f', 'F'), part('parameters', 'p', 'P')]
    const { messages } = await built([...parts, part('decisions', 'd', 'D'), part('playbook', 'b', 'B')], 10_000)
    expect(messages).toEqual([
      { role: 'system', text: 'Answer.\n\nB' },
      {
        role: 'user',
        text: 'Decided:\n\nD\n\nGiven:\n\nP\n\nDone so far, newest first:\n\nT\n\nFailed:\n\nF\n\nPassages:\n\nE\n\nQuestion: When did it fail?',
      },
    ])
  })

  test('is told part by part: where it stands, how large it is, and why it is there', async () => {
    const { record, messages } = await built([{ ...part('evidence', 'doc.0', 'Die Pumpe fiel aus. 泵'), n: 1, title: 'a.md' }], 10_000)
    const evidence = record.parts.find(({ kind }) => kind === 'evidence')
    expect(evidence).toMatchObject({ source: 'doc.0', why: 'found', bytes: 23, tokens: tokens('[1] a.md\nDie Pumpe fiel aus. 泵') })
    const { message = 0, start, end } = evidence?.at ?? {}
    expect(messages[message]?.text.slice(start, end)).toBe('[1] a.md\nDie Pumpe fiel aus. 泵')
    expect(JSON.stringify(record)).not.toContain('Pumpe')
  })
})

describe('CTX-02 what does not fit', () => {
  const evidence = Array.from({ length: 12 }, (_, i) => part('evidence', `doc.${i}`, `${i} ${'x'.repeat(400)}`))

  test('is left out from the worst evidence on, and each is named with its reason', async () => {
    const { included, record, promptTokens, limitTokens } = await built(evidence, 2_000)
    expect(limitTokens).toBe(800)
    expect(promptTokens).toBeLessThanOrEqual(800)
    expect(included).toEqual(evidence.slice(0, included.length).map(({ source }) => source))
    expect(included.length).toBeGreaterThan(4)
    expect(record.leftOut.map(({ source, reason }) => [source, reason])).toEqual(
      evidence
        .slice(included.length)
        .map(({ source }) => [source, 'over_share'])
        .toReversed(),
    )
  })

  test('has an absolute budget as well: small models lose the thread in long evidence, however wide their window', async () => {
    const { included, record } = await built(evidence, 1_000_000, { evidenceTokensMax: 500 })
    expect(included).toHaveLength(4)
    expect(record.leftOut.map(({ reason }) => reason)).toEqual(Array.from({ length: 8 }, () => 'over_evidence'))
    const wide = Array.from({ length: 100 }, (_, i) => part('evidence', `doc.${i}`, 'x'.repeat(400)))
    const used = (await built(wide, 1_000_000)).record.parts.filter(({ kind }) => kind === 'evidence')
    expect(used.reduce((sum, one) => sum + one.tokens, 0)).toBeGreaterThan(4_000)
    expect(used.reduce((sum, one) => sum + one.tokens, 0)).toBeLessThanOrEqual(8_000)
  })

  test('is not more than it must be: what stands between the parts counts as often as there are parts', async () => {
    const many = Array.from({ length: 200 }, (_, i) => part('evidence', `doc.${i}`, 'x'.repeat(360)))
    const countTokens: CountTokens = async (messages, pieces) => {
      const count = (text: string) => Math.ceil(text.length / 4) + 20 * (text.split('\n\n').length - 1)
      return ok({ tokens: count(wholeText(messages)), contextTokens: 2_000, pieces: pieces.map(tokens) })
    }
    const { promptTokens, limitTokens } = await built(many, 2_000, { countTokens })
    expect(promptTokens).toBeGreaterThan(limitTokens - 120)
    expect(promptTokens).toBeLessThanOrEqual(limitTokens)
  })

  test('is refused when not even the best passage fits, and given to another agent where there is one', async () => {
    const one = [part('evidence', 'doc.0', 'x'.repeat(4_000))]
    expect(await build(one, 1_000)).toMatchObject({ ok: false, error: { code: 'context.too_large' } })
    expect(await build(one, 1_000, { canDelegate: true })).toMatchObject({ ok: false, error: { code: 'context.delegate' } })
    const long = [part('parameters', 'p', 'x'.repeat(900))]
    expect(await build(long, 1_000, { canDelegate: true })).toMatchObject({ ok: false, error: { code: 'context.delegate' } })
    expect((await build(long, 1_000)).ok).toBe(true)
  })

  test('is counted to its end: a counter that says nothing of the parts leads to a prompt under the limit as well', async () => {
    const countTokens: CountTokens = async (messages) => ok({ tokens: tokens(wholeText(messages)) + 40, contextTokens: 2_000 })
    const { promptTokens, included } = await built(evidence, 2_000, { countTokens })
    expect(promptTokens).toBeLessThanOrEqual(800)
    expect(included.length).toBeGreaterThan(4)
  })
})

test('CTX-02 compaction keeps decisions and parameters whole, shortens what was done, and loses the oldest of it first', async () => {
  const done = Array.from({ length: 8 }, (_, i) => part('thread', `stp-${i}`, `begin-${i} ${'y'.repeat(1_500)} end-${i}`))
  const kept = [
    part('decisions', 'hld', `Ana said: ${'not the north gate, '.repeat(30)}`),
    part('parameters', 'p', `file: ${'f'.repeat(300)}`),
  ]
  const { messages, record } = await built([...kept, ...done], 2_000)
  const text = wholeText(messages)
  for (const { text: whole } of kept) expect(text).toContain(whole)
  expect(text).toMatch(/begin-0 y+ … \[\d+ characters\] … y+ end-0/)
  expect(record.parts.filter(({ isShortened }) => isShortened).map(({ kind }) => kind)).toEqual(
    Array.from({ length: 8 - record.leftOut.length }, () => 'thread'),
  )
  expect(record.leftOut.map(({ source }) => source)).toEqual(
    done
      .slice(8 - record.leftOut.length)
      .map(({ source }) => source)
      .toReversed(),
  )
  const small = await build([...kept, ...done], 400)
  expect(small).toMatchObject({ ok: false, error: { code: 'context.too_large' } })
})

test('CTX-03 what may be left out has to fit into a lower share; what must be in it may take up to the limit', async () => {
  const done = Array.from({ length: 8 }, (_, i) => part('thread', `stp-${i}`, 'y'.repeat(300)))
  expect((await built(done, 2_000, { aimShare: 0.2 })).promptTokens).toBeLessThanOrEqual(400)
  const { promptTokens, included } = await built([part('parameters', 'p', 'x'.repeat(2_000)), ...done], 2_000, { aimShare: 0.2 })
  expect([promptTokens > 400, promptTokens <= 800, included]).toEqual([true, true, []])
})

describe('CTX-08 errors', () => {
  const failed = (n: number, more: Partial<Failed> = {}): Failed => ({
    ...{
      source: `stp-${n}`,
      what: `tool_${n}`,
      code: 'tool.failed',
      message: `it broke ${n}\n    at f (x.ts:1:2)`,
      isResolved: false,
      ...more,
    },
  })

  test('take one line each, counted, without a stack, and never more tokens than their block may have', () => {
    for (const count of [1, 3, 40, 2_000]) {
      const { parts, leftOut } = failurePart(Array.from({ length: count }, (_, n) => failed(n, { message: `${n} ${'long '.repeat(900)}` })))
      const [block] = parts
      expect(tokensAtMost([block?.text ?? ''])).toBeLessThanOrEqual(compactLimits.failureTokensMax)
      expect((block?.text.split('\n').length ?? 0) + leftOut.length).toBe(count)
    }
    const same = failurePart([failed(1), failed(1, { source: 'stp-8' }), failed(1, { source: 'stp-9' })])
    expect(same.parts).toMatchObject([{ text: 'tool_1: tool.failed (3 times). it broke 1' }])
    expect(same.leftOut.map(({ source, reason }) => [source, reason])).toEqual([
      ['stp-8', 'folded'],
      ['stp-9', 'folded'],
    ])
  })

  test.each([
    ['Error: no\n    at f (/srv/x.ts:1)\n    at g', 'Error: no'],
    ['    at f (/srv/x.ts:1)\nno', 'no'],
    ['Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no', 'ValueError: no'],
    ['#0  0x00007f in main\nSegmentation fault', 'Segmentation fault'],
    ['', ''],
  ])('are told by their first line that is no stack: %j', (text, line) => {
    expect(failureLine(text)).toBe(line)
  })

  test('that are over are left out', () => {
    expect(failurePart([failed(1, { isResolved: true })])).toMatchObject({ parts: [], leftOut: [{ source: 'stp-1', reason: 'resolved' }] })
  })
})

test('CTX-06 a context is compacted after two hours or 40,000 tokens, counted from the last time', () => {
  const hour = 3_600_000
  const at = (startedAtMs: number, tokens = 0) => ({ startedAtMs, tokens })
  expect(foldedSteps([])).toBe(0)
  expect(foldedSteps([at(0), at(2 * hour - 1)])).toBe(0)
  expect(foldedSteps([at(0), at(hour), at(2 * hour), at(3 * hour)])).toBe(2)
  expect(foldedSteps([at(0), at(2 * hour), at(4 * hour)])).toBe(2)
  expect(foldedSteps([at(0, 20_000), at(1, 19_999), at(2, 1), at(3)])).toBe(3)
  expect(foldedSteps([at(0, 40_000), at(1, 40_000), at(2, 10)])).toBe(2)
})

test('a text is shortened between whole characters, from both ends, to its limit', () => {
  const text = `🙂${'é'.repeat(500)}🙃`
  const short = shorten(text, 60)
  expect([...short].length).toBeLessThanOrEqual(60)
  expect(short.startsWith('🙂é')).toBe(true)
  expect(short.endsWith('é🙃')).toBe(true)
  expect(shorten('short', 60)).toBe('short')
})

/**
 * Building a context of 200 passages with the serving model's own tokenizer, beside the model call that it is for: a synthetic model of
 * half a thousand million parameters, one thread, alternating. Prints ratios; and the builder alone, with a counter that costs nothing.
 */
import '../support/test-guard.ts'
import { loadavg } from 'node:os'
import { buildContext, type CountTokens } from '../../main/context/build.ts'
import type { ContextPart } from '../../main/context/render.ts'
import { ok } from '../../main/domain/result.ts'
import { createInference } from '../../main/models/llama-host.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { createDice } from '../support/dice.ts'
import { loadable } from '../support/models.ts'
import { modelFile } from './decode.ts'

const sizes = { passages: 200, wordsPerPassage: 90, pairs: 7, answerTokens: 64, alone: 41, wideWindow: 131_072 } as const
const target = { shareMax: 0.05 } as const
const words = [
  'the',
  'pump',
  'at',
  'the',
  'north',
  'gate',
  'failed',
  'after',
  'inspection',
  'and',
  'crew',
  'seven',
  'repaired',
  'it',
  '14:05',
]

const dice = createDice(3)
const passages = Array.from({ length: sizes.passages }, (_, n): ContextPart => {
  const text = Array.from({ length: sizes.wordsPerPassage }, () => words[dice(words.length)]).join(' ')
  return { kind: 'evidence', source: `doc.${n}`, why: 'found', n: n + 1, title: `paper-${n}.md, page 1`, text }
})
/** What is asked differs each time, so that nothing is evaluated before. */
const partsOf = (turn: number): readonly ContextPart[] => [
  { kind: 'system', source: 'instructions', why: 'agent', text: `Turn ${turn}. Answer one question from the numbered passages alone.` },
  ...passages,
  { kind: 'question', source: 'question', why: 'asked', text: 'When did the pump fail?' },
]

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${(sorted(values)[0] ?? Number.NaN).toFixed(digits)}–${(sorted(values).at(-1) ?? Number.NaN).toFixed(digits)})`

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}

/** Milliseconds of the builder without any tokenizer, into a narrow window and into one that all of it fits into. */
async function alone(contextTokens: number): Promise<readonly number[]> {
  const countTokens: CountTokens = async (messages, pieces) => {
    const tokens = (text: string) => Math.ceil(text.length / 4)
    return ok({ tokens: messages.reduce((sum, { text }) => sum + tokens(text), 0), contextTokens, pieces: pieces.map(tokens) })
  }
  const took: number[] = []
  for (let i = 0; i <= sizes.alone; i++) {
    const { ms } = await timed(() => buildContext({ parts: partsOf(i), countTokens, evidenceTokensMax: contextTokens }))
    if (i > 0) took.push(ms)
  }
  return took
}

console.log(
  `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
)
const path = modelFile()
const childHost = createChildHost()
const inference = createInference({ childHost, clock: Date.now, threads: 1, backend: async () => 'cpu', resolveModel: loadable })
const countTokens: CountTokens = (messages, pieces) => inference.countTokens(path, messages, pieces)
const [builds, calls]: [number[], number[]] = [[], []]
let [prompt, window] = [0, 0]
// The first pair loads the model and does not count.
for (let pair = 0; pair <= sizes.pairs; pair++) {
  const built = await timed(() => buildContext({ parts: partsOf(pair), countTokens }))
  if (!built.value.ok) throw new Error(built.value.error.code)
  const { messages, promptTokens, contextTokens } = built.value.value
  const asked = { modelId: path, messages, schema: null, tokensMax: sizes.answerTokens, seed: 1, temperature: 0 }
  const called = await timed(() => inference.chat({ ...asked, owner: `turn ${pair}` }))
  if (!called.value.ok) throw new Error(called.value.error.code)
  ;[prompt, window] = [promptTokens, contextTokens]
  if (pair === 0) continue
  builds.push(built.ms)
  calls.push(called.ms)
}
await inference.close()
await childHost.close()
const shares = builds.map((ms, i) => ms / (calls[i] ?? Number.NaN))
console.log(
  `a context of ${sizes.passages} passages, ${prompt} of ${window} tokens: ${spread(builds, 1)} ms; its model call, ${sizes.answerTokens} tokens at most: ${spread(calls, 0)} ms`,
)
console.log(`the context as a share of the call: ${spread(shares, 4)}`)
for (const contextTokens of [window, sizes.wideWindow])
  console.log(`the builder alone, into ${contextTokens} tokens: ${spread(await alone(contextTokens), 2)} ms`)
const isGood = median(shares) <= target.shareMax
console.log(`at most ${target.shareMax * 100} % of a model call: ${isGood ? 'met' : 'NOT met'}`)
process.exitCode = isGood ? 0 : 1

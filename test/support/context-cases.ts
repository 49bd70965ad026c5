/**
 * Contexts of every shape from a seed: parts of all kinds, windows from tiny to wide, tokenizers that count this way or that. Run by
 * itself it prints the hash of what the builder makes of so many of them: `node context-cases.ts SEED COUNT`.
 */
import { createHash } from 'node:crypto'
import { argv } from 'node:process'
import { buildContext, type ContextRequest, type CountTokens } from '../../main/context/build.ts'
import type { ContextPart } from '../../main/context/render.ts'
import { partKinds } from '../../main/domain/context-part.ts'
import { usualAllowance } from '../../main/domain/context-window.ts'
import { ok } from '../../main/domain/result.ts'
import { createDice } from './dice.ts'

const words = [
  'pump',
  'Schieber',
  'naïve',
  '泵',
  '🙂',
  'a',
  '14:05',
  'north',
  '-----BEGIN',
  'x'.repeat(40),
  '\n',
  '[1]',
  '\\u0000',
  'at f (x.ts:1)',
]

export interface ContextCase extends ContextRequest {
  readonly contextTokens: number
  readonly hasExemption: boolean
}

export function contextCase(seed: number): ContextCase {
  const dice = createDice(seed)
  // The first throws of neighbouring seeds lie close together.
  for (let i = 0; i < 8; i++) dice(2)
  const text = (wordsMax: number): string => Array.from({ length: 1 + dice(wordsMax) }, () => words[dice(words.length)]).join(' ')
  const sizes = [4, 30, 300, 1_500] as const
  const parts = Array.from({ length: 1 + dice(30) }, (_, index): ContextPart => {
    const kind = partKinds[dice(partKinds.length)] ?? 'evidence'
    const size = sizes[dice(sizes.length)] ?? 4
    const title = dice(3) === 0 ? {} : { title: text(6) }
    return { kind, source: `part-${index}`, why: 'found', n: index + 1, text: text(kind === 'system' ? 30 : size), ...title }
  })
  const contextTokens = [0, 256, 2_048, 4_096, 8_192, 32_768, 131_072][dice(7)] ?? 0
  const [perToken, framing, isSaying] = [1 + dice(6), dice(200), dice(2) === 0]
  const tokensIn = (one: string): number => Math.ceil(one.length / perToken)
  const countTokens: CountTokens = async (messages, pieces) => {
    const tokens = framing + tokensIn(messages.map((message) => message.text).join('\n'))
    return ok({ tokens, contextTokens, ...(isSaying ? { pieces: pieces.map(tokensIn) } : {}) })
  }
  const hasExemption = dice(4) === 0
  return {
    ...{ parts, countTokens, contextTokens, hasExemption },
    allowance: hasExemption ? { shareMax: 0.6, exemptionId: `exm_${'0'.repeat(26)}` } : usualAllowance,
    ...(dice(3) === 0 ? { aimShare: 0.2 } : {}),
    ...(dice(3) === 0 ? { evidenceTokensMax: dice(4_000) } : {}),
    canDelegate: dice(8) === 0,
  }
}

/** Of messages, parts and refusals alike. */
export async function hashOfContexts(seed: number, count: number): Promise<string> {
  const hash = createHash('sha256')
  for (let i = 0; i < count; i++) {
    const { countTokens, ...rest } = contextCase(seed + i)
    hash.update(JSON.stringify(await buildContext({ ...rest, countTokens })))
  }
  return hash.digest('hex')
}

if (import.meta.main) process.stdout.write(await hashOfContexts(Number(argv[2]), Number(argv[3])))

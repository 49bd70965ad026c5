/**
 * What lies outside of the store: two tools whose effects can be counted afterwards, in a file that no crash takes back, and the file in
 * which the scripted model notes each of its calls.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { canonicalJson } from '../../main/domain/canonical-json.ts'
import { ok } from '../../main/domain/result.ts'
import type { Effect, Risk } from '../../main/domain/tool.ts'
import type { AnyTool, Tool } from '../../main/tools/tool.ts'

const limits = { timeoutMs: 10_000, aroundEffectMs: 2 } as const

export const EffectLine = z.strictObject({ tool: z.string(), stepId: z.string(), arguments: z.string() })
export type EffectLine = z.infer<typeof EffectLine>
export const ModelLine = z.strictObject({ prompt: z.string() })

/** A request that came to another machine: by which crossing, and the hash of its bytes. */
export const CrossingLine = z.strictObject({ stepId: z.string(), digest: z.string() })
export type CrossingLine = z.infer<typeof CrossingLine>

export const crossingsFile = (folder: string): string => join(folder, 'crossings.jsonl')
export const effectsFile = (folder: string): string => join(folder, 'effects.jsonl')
export const modelCallsFile = (folder: string): string => join(folder, 'model-calls.jsonl')

/** On the disk when it returns. */
export function appendLine(file: string, line: unknown): void {
  const descriptor = openSync(file, 'a', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify(line)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function readLines<T extends z.ZodType>(file: string, line: T): ReadonlyArray<z.output<T>> {
  if (!existsSync(file)) return []
  const texts = readFileSync(file, 'utf8').split('\n')
  return texts.filter((text) => text !== '').map((text) => line.parse(JSON.parse(text)))
}

const Input = z.strictObject({ amount: z.int().min(0), memo: z.string().max(200) })
type Input = z.infer<typeof Input>

/** Each effect is a line with the call's own id: two lines of one id are an effect that happened twice. */
const counted = (name: string, effect: Effect, risk: Risk, folder: string): Tool<Input> => ({
  ...{ name, summary: `Leaves a line outside (${effect})`, input: Input, effect, risk, timeoutMs: limits.timeoutMs },
  trusted: [],
  estimateBytes: () => 100,
  preview: async ({ amount, memo }) => ok({ summary: `${name} ${amount} for ${memo}`, diff: null, undo: null }),
  perform: async (input, { stepId }) => {
    await sleep(limits.aroundEffectMs)
    appendLine(effectsFile(folder), { tool: name, stepId, arguments: canonicalJson(input) })
    await sleep(limits.aroundEffectMs)
    return ok({ output: { done: input.amount }, artifacts: [], label: null, bytesWritten: 100 })
  },
})

/** `charge` may not be made twice and waits for a person; `mark` may be repeated and waits for nobody. */
export const outsideTools = (folder: string): readonly AnyTool[] => [
  counted('charge', 'unsafe', 'command', folder),
  counted('mark', 'idempotent', 'note', folder),
]

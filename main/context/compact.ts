/**
 * Makes a context shorter without a model: decisions and parameters stay whole, what was done is shortened from the oldest on, errors
 * become one line each. The same parts always give the same result.
 */
import type { LeftOutRecord } from '../domain/context-part.ts'
import { tokensAtMost } from '../domain/token-estimate.ts'
import type { ContextPart } from './render.ts'

export const compactLimits = {
  /** Of one step that was done, once its context is too large. */
  shortenedCharsMax: 320,
  /** Of a step from before the last compaction. */
  foldedCharsMax: 96,
  /** Of one error: its code and its first words. */
  failureCharsMax: 160,
  /** Of all errors together. */
  failureTokensMax: 300,
  /** A context is compacted after so much, whether or not it is full. */
  everyMs: 2 * 60 * 60_000,
  everyTokens: 40_000,
} as const

/** Keeps both ends: what something is called stands at its beginning, how it ended at its end. Whole characters only. */
export function shorten(text: string, charsMax: number): string {
  const characters = [...text]
  if (characters.length <= charsMax) return text
  const mark = ` … [${characters.length} characters] … `
  const room = Math.max(2, charsMax - mark.length)
  const tail = Math.floor(room / 3)
  return `${characters.slice(0, room - tail).join('')}${mark}${characters.slice(characters.length - tail).join('')}`
}

const stackLine = /^\s*(?:at\s|File "|Traceback|\.\.\. \d+ more|Caused by:|goroutine \d|#\d+\s+0x|\d+:\s+0x)/

/** The first line of an error that is no part of a stack, and nothing after it. */
export function failureLine(text: string): string {
  const line = text.split(/\r?\n/).find((one) => one.trim() !== '' && !stackLine.test(one)) ?? ''
  return shorten(line.replaceAll(/\s+/g, ' ').trim(), compactLimits.failureCharsMax)
}

export interface Failed {
  readonly source: string
  /** What failed, by name. */
  readonly what: string
  readonly code: string
  readonly message: string
  /** Whether the same went well after it. */
  readonly isResolved: boolean
}

/** Errors newest first, each once with how often, as one part of at most `failureTokensMax`. Resolved ones are left out, and so are the oldest. */
export function failurePart(failed: readonly Failed[]): {
  readonly parts: readonly ContextPart[]
  readonly leftOut: readonly LeftOutRecord[]
} {
  const leftOut: LeftOutRecord[] = []
  const leave = ({ source, message }: Failed, reason: LeftOutRecord['reason']) =>
    leftOut.push({ kind: 'failures', source, tokens: tokensAtMost([message]), reason })
  const told = new Map<string, { readonly first: Failed; times: number }>()
  for (const one of failed) {
    const key = `${one.what}\n${one.code}`
    const known = told.get(key)
    if (one.isResolved) leave(one, 'resolved')
    else if (known === undefined) told.set(key, { first: one, times: 1 })
    else {
      known.times += 1
      leave(one, 'folded')
    }
  }
  const lines: string[] = []
  let source: string | null = null
  for (const { first, times } of told.values()) {
    const line = `${first.what}: ${first.code}${times === 1 ? '' : ` (${times} times)`}. ${failureLine(first.message)}`.trim()
    if (tokensAtMost([[...lines, line].join('\n')]) > compactLimits.failureTokensMax) {
      leave(first, 'over_share')
      continue
    }
    source ??= first.source
    lines.push(line)
  }
  const parts: readonly ContextPart[] = source === null ? [] : [{ kind: 'failures', source, why: 'failed', text: lines.join('\n') }]
  return { parts, leftOut }
}

/** When a step began, and what its model calls used. */
export interface Spent {
  readonly startedAtMs: number
  readonly tokens: number
}

/** How many steps, from the first, lie before the last compaction: one is made whenever two hours or 40,000 tokens have gone by since the one before. */
export function foldedSteps(steps: readonly Spent[]): number {
  let [from, tokens] = [0, 0]
  for (const [index, step] of steps.entries()) {
    const since = step.startedAtMs - (steps[from]?.startedAtMs ?? step.startedAtMs)
    if (since >= compactLimits.everyMs || tokens >= compactLimits.everyTokens) [from, tokens] = [index, 0]
    tokens += step.tokens
  }
  return from
}

/** A part of the thread in fewer words; the same part where it has no more. */
export function shortened(part: ContextPart, charsMax: number = compactLimits.shortenedCharsMax): ContextPart {
  const text = shorten(part.text, charsMax)
  return text === part.text ? part : { ...part, text }
}

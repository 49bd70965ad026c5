/**
 * What is carried over from earlier sessions of work into a new one: the newest bundle first, its decisions and parameters whole, within
 * a fixed share of the window. What does not fit is named.
 */
import { type BundleValue, bundleRules, type ContextBundle } from '../domain/context-bundle.ts'
import type { LeftOutRecord, PartKind } from '../domain/context-part.ts'
import { tokensIn } from '../domain/context-window.ts'
import { tokensAtMost } from '../domain/token-estimate.ts'
import { type ContextPart, partText } from './render.ts'

export interface Carried {
  readonly parts: readonly ContextPart[]
  readonly leftOut: readonly LeftOutRecord[]
}

const value = (one: BundleValue): string => ('text' in one ? one.text : `${one.begins} … (${one.chars} characters, in ${one.section})`)

const lines = (entries: ReadonlyArray<string | null>): string => entries.filter((one) => one !== null && one !== '').join('\n')

/** What of a bundle is carried over, the most needed first. */
function partsOf(bundle: ContextBundle, age: number): readonly ContextPart[] {
  const { id: source, agent, handoff, decisions, parameters, findings } = bundle
  const from = age === 0 ? `the session before (${agent})` : `${age + 1} sessions before (${agent})`
  const about = (kind: PartKind, what: string, text: string): readonly ContextPart[] =>
    text === '' ? [] : [{ kind, source, why: 'carried', title: `${what} of ${from}`, text }]
  const said = findings.map(({ text, isVerified }) => `- ${text}${isVerified ? '' : ' (not verified)'}`)
  const state = [`Goal: ${handoff.goal}`, handoff.summary, handoff.continuation, ...handoff.openRisks.map((risk) => `Open: ${risk}`)]
  return [
    ...about('decisions', 'Decisions', lines(decisions.map(({ key, choice, why }) => `- ${key}: ${choice}. ${value(why)}`))),
    ...about('parameters', 'What was given', lines(Object.entries(parameters).map(([key, one]) => `- ${key}: ${value(one)}`))),
    ...about('thread', 'State', lines(state)),
    ...about('thread', 'Findings', lines(said)),
  ]
}

/** `chain` is newest first. At most `bundleRules.resumeShareMax` of the window, by a count that nearly no tokenizer passes. */
export function resumeParts(chain: readonly ContextBundle[], contextTokens: number): Carried {
  const tokensMax = tokensIn(contextTokens, bundleRules.resumeShareMax)
  const [parts, leftOut]: [ContextPart[], LeftOutRecord[]] = [[], []]
  let used = 0
  let isFull = false
  for (const [age, bundle] of chain.entries()) {
    for (const part of partsOf(bundle, age)) {
      const tokens = tokensAtMost([partText(part)])
      // An older one is never told where a newer one had to be left out: what it says may be over.
      isFull ||= used + tokens > tokensMax
      if (isFull) leftOut.push({ kind: part.kind, source: part.source, tokens, reason: 'over_share' })
      else {
        parts.push(part)
        used += tokens
      }
    }
  }
  return { parts, leftOut }
}

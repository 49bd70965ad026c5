/** Puts the results of a mission together: citations numbered anew, each once, and what a reading of all of them noticed. Pure. */
import type { Citation } from '../domain/answer.ts'
import { type CheckedSentence, crossCheck } from '../domain/mission/cross-check.ts'
import type { ResultCounts } from '../domain/mission/events.ts'
import type { MissionReport, ReportSection } from '../domain/mission/report.ts'
import { type Brought, noCounts } from './mission-result.ts'

export interface JoinedShard {
  readonly key: string
  readonly title: string
  readonly agent: string
  readonly runId: string
  readonly brought: Brought
  readonly counts: ResultCounts
}

const sum = (a: ResultCounts, b: ResultCounts): ResultCounts => ({
  claims: a.claims + b.claims,
  supported: a.supported + b.supported,
  quotes: a.quotes + b.quotes,
  verified: a.verified + b.verified,
})

export function joinResults(goal: string, shards: readonly JoinedShard[], missing: MissionReport['missing']): MissionReport {
  const citations: Citation[] = []
  const numberOf = (citation: Citation): number => {
    const known = citations.find(({ passageId, quote }) => passageId === citation.passageId && quote === citation.quote)
    if (known !== undefined) return known.n
    const n = citations.length + 1
    citations.push({ ...citation, n })
    return n
  }
  const drafted = shards.map(({ key, title, agent, runId, brought }) => {
    const claims = brought.claims
      .filter(({ supported }) => supported)
      .map(({ text, citations: numbers }) => {
        const own = brought.citations.filter(({ n }) => numbers.includes(n))
        return { text, supported: true, citations: [...new Set(own.map(numberOf))] }
      })
    const { tier, device, counts } = brought
    const omitted = Math.max(0, (counts?.claims ?? 0) - brought.claims.length)
    return { key, title, agent, runId, tier, device, claims, leftOut: brought.claims.length - claims.length, omitted }
  })
  const sentences: CheckedSentence[] = drafted.flatMap(({ key, claims }) =>
    claims.map(({ text, citations: numbers }) => ({
      shard: key,
      text,
      quotes: citations.filter(({ n }) => numbers.includes(n)).map(({ passageId, quote }) => ({ passageId, quote })),
    })),
  )
  const notes = crossCheck(sentences, goal).values()
  const sections = drafted.map(
    (section): ReportSection => ({
      ...section,
      claims: section.claims.map((claim) => ({ ...claim, notes: [...(notes.next().value ?? [])] })),
    }),
  )
  return { goal, sections, citations, missing, counts: shards.map(({ counts }) => counts).reduce(sum, noCounts) }
}

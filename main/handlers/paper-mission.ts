/** What a mission found as the content of a paper: a section for each shard, sources numbered once for all of it. */
import { joinAll, type Label } from '../domain/label.ts'
import type { ReportSection } from '../domain/mission/report.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { noTokens } from '../domain/token-usage.ts'
import { type PaperContent, type PaperSection, paperLabel } from '../domain/working-paper.ts'
import { describeMission, type MissionParts } from './missions.ts'
import { type Composed, type ContentParts, nothing, sectionOf } from './paper-content.ts'

const purged = fail('export.nothing', 'A run of this mission is not here any more.', 'Start the mission again.')

/** Who gave it out, with the label that it had then; null while nobody did. */
function releaseOf({ log }: Pick<MissionParts, 'log'>, id: string): NonNullable<Composed['release']> | null {
  const made = log
    .readStream(id)
    .findLast(({ event }) => event.type === 'gate.decided' && event.gate === 'G4' && event.decision === 'deploy')
  return made === undefined ? null : { by: made.actor.account, at: made.at, label: made.label }
}

export function contentOfMission(parts: ContentParts & MissionParts, id: string): Result<Composed> {
  const described = describeMission(parts, id)
  if (!described.ok) return described
  const { report, label: held } = described.value
  if (report === null || report.content.counts.supported === 0) return nothing
  const { goal, sections: found, citations } = report.content
  const sections: PaperSection[] = []
  const labels: Label[] = [held]
  for (const { title, runId, tier, device, claims } of found) {
    const row = parts.runs.get(runId)
    if (row === null) return purged
    const own = new Set(claims.flatMap((claim: ReportSection['claims'][number]) => claim.citations))
    const answer = {
      ...{ runId, question: title, answer: '', supported: claims.length > 0, nearest: [], tier, model: null, device, label: row.label },
      claims: claims.map(({ text, supported, citations: numbers }) => ({ text, supported, citations: numbers })),
      citations: citations.filter(({ n }) => own.has(n)),
      usage: noTokens,
    }
    const { section, label } = sectionOf(parts, row, answer, 0)
    sections.push(section)
    labels.push(label)
  }
  const content: PaperContent = { kind: 'mission', id, title: goal, sections }
  return ok({ content, label: paperLabel(content, joinAll(labels)), runs: [], release: releaseOf(parts, id) })
}

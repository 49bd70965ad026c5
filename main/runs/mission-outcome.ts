/** Takes what the runs of a mission left: each result once it is there, and all of them at the join. Every quote is looked up again. */
import type { BodyRef } from '../domain/body-ref.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { joinAll, type Label } from '../domain/label.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import type { Result } from '../domain/result.ts'
import type { RunRow } from '../store/runs.ts'
import { joinResults } from './mission-join.ts'
import { type Known, type MissionParts, runtime } from './mission-parts.ts'
import { type CheckedResult, checkResult, noCounts } from './mission-result.ts'
import { taskOf } from './shard-task.ts'

/** What a run left, its quotes looked up as they are held now. */
export const resultOf = (
  { readBody, readPassages, ownerOf }: Pick<MissionParts, 'readBody' | 'readPassages' | 'ownerOf'>,
  missionId: string,
  row: RunRow | null,
): Promise<Result<CheckedResult>> => checkResult(row?.result == null ? null : readBody(row.result), readPassages(ownerOf(missionId)))

export function createMissionOutcome(parts: MissionParts) {
  const { missions, runs, readBody, newId } = parts

  async function takeResult(id: string, { mission }: Known, key: string, runId: string): Promise<Result<unknown>> {
    const row = runs.get(runId)
    const shard = mission.shards.find((each) => each.key === key)
    const checked = await resultOf(parts, id, row)
    if (!checked.ok) return checked
    const { fault, counts, brought, labels } = checked.value
    const supported = brought?.claims.filter((claim) => claim.supported).map(({ text }) => text) ?? []
    const finding = canonicalJson({ shard: key, runId, claims: supported })
    const confidence = counts.claims === 0 ? null : counts.supported / counts.claims
    return missions.send(
      id,
      (put) => [
        { type: 'mission.end_run', key, runId, outcome: 'complete', code: null },
        { type: 'mission.check', key, runId, fault, counts },
        ...(fault === null && supported.length > 0
          ? [
              {
                type: 'board.decide',
                entryId: newId('ent'),
                kind: 'finding',
                author: shard?.agent ?? null,
                content: put(finding),
                confidence,
              } as const,
            ]
          : []),
      ],
      runtime,
      joinAll([...labels, ...(row === null ? [] : [row.label])]),
    )
  }

  async function join(id: string, { mission }: Known): Promise<Result<unknown>> {
    const goal = readBody(mission.goal.body) ?? ''
    const joined = []
    const missing = []
    const labels: Label[] = []
    for (const shard of mission.shards) {
      const { key, agent, status, check: judged, runs: made } = shard
      const title = taskOf(mission, shard, readBody)?.title ?? key
      const row: RunRow | null = judged === null ? null : runs.get(judged.runId)
      const again = status === 'accepted' && row?.result != null ? await resultOf(parts, id, row) : null
      if (again !== null && !again.ok) return again
      if (again?.value.brought != null && again.value.fault === null && row !== null) {
        joined.push({ key, title, agent, runId: row.id, brought: again.value.brought, counts: again.value.counts })
        labels.push(row.label, ...again.value.labels)
      } else if (status === 'failed' || status === 'refused' || status === 'skipped') {
        missing.push({ key, title, status, code: shard.skippedFor ?? judged?.fault ?? made.at(-1)?.code ?? null })
      } else missing.push({ key, title, status: 'refused' as const, code: again?.value.fault ?? null })
    }
    const report = joinResults(goal, joined, missing)
    const command = (put: (text: string) => BodyRef): MissionCommand => ({
      type: 'mission.join',
      report: put(canonicalJson(report)),
      counts: joined.length === 0 ? noCounts : report.counts,
    })
    return missions.send(id, (put) => [command(put)], runtime, joinAll(labels))
  }

  return { takeResult, join }
}

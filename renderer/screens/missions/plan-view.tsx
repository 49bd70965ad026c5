/** A plan as it is put before a person: how it was judged, what each agent is given and may spend, and in which order. */
import type { MissionDetail, MissionShardView } from '../../../main/contract/missions.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount, plural } from '../../format.ts'
import { Part } from '../approvals/part.tsx'
import { agentWords } from '../runs/run-words.ts'
import { measureNames, needTones, needWords } from './mission-words.ts'
import { ShardInput } from './shard-details.tsx'
import { ShardGraph } from './shard-graph.tsx'

function Verdict({ verdict }: { verdict: NonNullable<MissionDetail['plan']>['verdict'] }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <Chip tone={needTones[verdict.need]}>{verdict.need}</Chip> {needWords[verdict.need]}.
      </p>
      {verdict.reasons.length > 0 && (
        <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-small text-ink-2">
          {verdict.reasons.map(({ measure, grade, isKnown }) => (
            <li key={measure}>
              {measureNames[measure]}: <span className="font-medium text-ink">{isKnown ? grade : 'not known, so it counts as high'}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Planned({ shard, number }: { shard: MissionShardView; number: number }) {
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <p className="flex items-baseline gap-2.5">
        <span className="w-5 shrink-0 text-right text-small text-ink-3 tabular">{number}</span>
        <span className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">
          {shard.title === null ? 'Purged' : visibleString(shard.title)}
        </span>
        <span className="font-mono text-small text-ink-2">{shard.key}</span>
      </p>
      <div className="mt-1.5 ml-7.5 grid grid-cols-[minmax(0,1fr)_11rem] gap-5">
        <ShardInput {...shard} />
        <dl className="space-y-1.5">
          <div>
            <dt className="text-small text-ink-2">Agent</dt>
            <dd>{agentWords(shard.agent)}</dd>
          </div>
          <div>
            <dt className="text-small text-ink-2">Works from</dt>
            <dd>{shard.after.length === 0 ? 'your documents' : <span className="font-mono text-small">{shard.after.join(', ')}</span>}</dd>
          </div>
          <div>
            <dt className="text-small text-ink-2">May spend</dt>
            <dd className="tabular">{formatCount(shard.tokensMax)} tokens</dd>
          </div>
        </dl>
      </div>
    </li>
  )
}

interface Props {
  readonly mission: MissionDetail
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  /** Null where it may not be changed here. */
  readonly onEdit: (() => void) | null
}

export function PlanView({ mission, selected, onSelect, onEdit }: Props) {
  const { plan, shardList, tokensMax } = mission
  if (plan === null) return null
  const together = shardList.reduce((sum, shard) => sum + shard.tokensMax, 0)
  return (
    <>
      <Part title={`Plan ${plan.revision}: is a person needed?`}>
        <p className="mb-1.5 flex flex-wrap items-center gap-3">
          <span>
            Made by <b className="font-semibold">{plan.by === null ? 'the planner' : visibleString(plan.by)}</b>.
          </span>
          {onEdit !== null && <Button onClick={onEdit}>Change this plan…</Button>}
        </p>
        <Verdict verdict={plan.verdict} />
      </Part>
      <Part title="What waits for what">
        <ShardGraph mission={mission} selected={selected} onSelect={onSelect} />
      </Part>
      <Part title={`${plural(shardList.length, 'shard')}, one task for one agent each`}>
        <ol aria-label="Shards of the plan" className="overflow-hidden rounded-lg border border-line bg-surface">
          {shardList.map((shard, i) => (
            <Planned key={shard.key} shard={shard} number={i + 1} />
          ))}
        </ol>
        <p className="mt-2.5 text-small text-ink-2 tabular">
          Together they may spend {formatCount(together)} of the {formatCount(tokensMax)} tokens that this mission has.
        </p>
        <p className="mt-1 flex items-center gap-1.5 text-small text-ink-2">
          <span className="font-mono">{plan.commitment.alg}</span>
          <Hash value={formatDigest(plan.commitment)} label="the hash of the plan" />
          what you approve
        </p>
      </Part>
    </>
  )
}

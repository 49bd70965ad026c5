/** Something that would leave this machine: where to, why, what it costs, what was taken out, and the exact bytes. */
import type { Approval } from '../../../main/contract/approvals.ts'
import { CrossingArguments, type CrossingPreview } from '../../../main/domain/crossing.ts'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatBytes, formatCount, formatShare } from '../../format.ts'
import { causeWords, tierTitles } from '../../route-words.ts'
import { BodyText } from '../runs/body-text.tsx'
import { Arguments, Diff } from './call-request.tsx'
import { Part } from './part.tsx'

/** The arguments as they are hashed; null when they were purged or are of another version. */
function given(approval: Approval): CrossingArguments | null {
  try {
    const parsed = CrossingArguments.safeParse(JSON.parse(approval.arguments ?? ''))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const purposeWords = { choice: 'the next call of the agent', draft: 'the text that was asked for' } as const

function Where({ asked, crossing }: { asked: CrossingArguments; crossing: CrossingPreview }) {
  const removed = Object.entries(asked.removed)
  return (
    <Part title="What would leave this machine">
      <div className="rounded-md border border-line bg-surface px-3.5 py-3">
        <Facts>
          <Fact name="To">
            <b className="font-medium">{crossing.endpoint}</b>, {tierTitles[asked.tier].toLowerCase()}
            <span className="block font-mono text-small text-ink-2">
              {asked.model} at {asked.destination}
            </span>
          </Fact>
          <Fact name="Label">
            <LabelChip label={asked.label} />
          </Fact>
          <Fact name="How much">
            <span className="tabular">{formatBytes(asked.bytes)}, every one of them below</span>
          </Fact>
          <Fact name="Cost">{asked.costMicrosMax === 0 ? 'nothing' : `at most ${formatCount(asked.costMicrosMax / 1e6)}`}</Fact>
          <Fact name="For">{purposeWords[asked.purpose]}</Fact>
          <Fact name="Why">
            {asked.causes.map((cause) => causeWords[cause]).join(', ')}
            <span className="text-ink-2">; {formatShare(crossing.confidence)} sure that it helps</span>
          </Fact>
          <Fact name="Taken out">
            {removed.length === 0 ? 'nothing' : removed.map(([rule, times]) => `${rule} (${formatCount(times)})`).join(', ')}
          </Fact>
        </Facts>
      </div>
    </Part>
  )
}

export function CrossingRequest({ approval, crossing }: { approval: Approval; crossing: CrossingPreview }) {
  const asked = given(approval)
  const diff = approval.preview?.diff ?? null
  return (
    <>
      {asked !== null ? (
        <Where asked={asked} crossing={crossing} />
      ) : (
        <Part title="What would leave this machine">
          <p className="[overflow-wrap:anywhere]">
            <SourceText text={approval.preview?.summary ?? ''} />
          </p>
        </Part>
      )}
      {diff !== null && (
        <Part title="What was taken out of it">
          <Diff holdId={approval.holdId} diff={diff} />
        </Part>
      )}
      <Part title="The exact bytes">
        <BodyText runId={approval.runId} body={crossing.payload} label="The exact bytes that would be sent" />
      </Part>
      <Part title="What can be undone">
        <p className="font-medium text-bad">Nothing. What was sent stays sent.</p>
      </Part>
      <Arguments approval={approval} />
    </>
  )
}

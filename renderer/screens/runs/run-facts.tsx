/** What a run is: its agent, where it comes from, how its events hang together. */
import { Link } from '@tanstack/react-router'
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { ExistingRun } from '../../../main/domain/run/state.ts'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatCount, plural } from '../../format.ts'
import { agentWords } from './run-words.ts'

/** How many events name the one before them, of all. */
const countLinked = (events: readonly RecordedEvent[]): number =>
  events.filter((recorded, i) => i === 0 || recorded.previous === events[i - 1]?.hash).length

/** The words that lead it from its beginning to its end. A run from elsewhere was led by words that may not be here. */
function LedBy({ prompts, isImported }: { prompts: ExistingRun['prompts']; isImported: boolean }) {
  return (
    <ul>
      {prompts.map(({ use, agent, name, version }) => (
        <li key={use}>
          {isImported ? (
            `${agent}/${name}, version ${version}`
          ) : (
            <Link
              to="/agents/$agent/prompts/$prompt"
              params={{ agent, prompt: name }}
              search={{ version }}
              className="text-accent underline underline-offset-2"
            >
              {`${agent}/${name}, version ${version}`}
            </Link>
          )}
        </li>
      ))}
    </ul>
  )
}

interface Props {
  readonly run: RunSummary
  readonly state: ExistingRun | null
  readonly events: readonly RecordedEvent[]
}

export function RunFacts({ run, state, events }: Props) {
  const head = events.at(-1)?.hash
  return (
    <section aria-label="This run" className="border-b border-line px-4.5 py-4">
      <h3 className="mb-3 font-semibold">This run</h3>
      <Facts>
        <Fact name="Agent">
          {agentWords(run.agent)}, attempt {run.attempt}
        </Fact>
        {run.forkedFrom !== null && (
          <Fact name="Forked">
            <Link to="/runs/$runId" params={{ runId: run.forkedFrom.runId }} className="text-accent underline underline-offset-2">
              from another run
            </Link>
            , after its call {run.forkedFrom.ordinal + 1}
          </Fact>
        )}
        {run.isImported && <Fact name="Origin">Another machine. It is here to be read; nothing executes it.</Fact>}
        <Fact name="Id">
          <Hash value={run.id} label="the id" />
        </Fact>
        <Fact name="Label">
          <LabelChip label={run.label} />
        </Fact>
        <Fact name="Begun">
          <TimeAgo atMs={run.createdAt} />
        </Fact>
        {state !== null && state.prompts.length > 0 && (
          <Fact name="Led by">
            <LedBy prompts={state.prompts} isImported={run.isImported} />
          </Fact>
        )}
        <Fact name="Calls">{formatCount(state?.steps.length ?? 0)}</Fact>
        {state !== null && state.requirements.length > 0 && (
          <Fact name="Must hold">
            <ul className="space-y-1">
              {state.requirements.map((requirement) => (
                <li key={requirement.name} className="flex flex-wrap items-center gap-1.5">
                  {requirement.name} <Chip tone={requirement.isMet ? 'ok' : 'plain'}>{requirement.isMet ? 'met' : 'not yet'}</Chip>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name="Chain">
          {formatCount(countLinked(events))} of {plural(events.length, 'event')} linked to the one before
        </Fact>
        {head !== undefined && (
          <Fact name="Head">
            <Hash value={head} label="the hash of the last event" />
          </Fact>
        )}
      </Facts>
    </section>
  )
}

/** Drift: whether policy, agents, prompts, models and delivered files are still what was signed, admitted or loaded. Looked at when a person asks. */
import { Link } from '@tanstack/react-router'
import type { DriftReport, PartDriftView } from '../../../main/contract/telemetry.ts'
import { type DriftPart, driftParts, hasDrifted } from '../../../main/domain/drift.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatCount } from '../../format.ts'
import { Section } from '../settings/section.tsx'
import { driftTitles } from './health-words.ts'

function foundWords({ changed, missing, added }: PartDriftView): string {
  const counts = [
    [changed, 'changed'],
    [missing, 'missing'],
    [added, 'not known'],
  ] as const
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ')
}

function Names({ part }: { part: PartDriftView }) {
  const more = part.changed + part.missing + part.added - part.names.length
  return (
    <ul aria-label="What has drifted" className="mt-1.5 space-y-0.5 font-mono text-small [overflow-wrap:anywhere]">
      {part.names.map((name, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names of a report never change places
        <li key={i}>
          <SourceText text={name} />
        </li>
      ))}
      {more > 0 && <li className="font-sans text-ink-2">and {formatCount(more)} more</li>}
    </ul>
  )
}

function Part({ name, found }: { name: DriftPart; found: PartDriftView | undefined }) {
  const { title, detail, unwatched } = driftTitles[name]
  const isDrifted = found !== undefined && hasDrifted(found)
  return (
    <li className="flex items-start gap-6 border-b border-line px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-small text-ink-2">{found?.isWatched === false ? unwatched : detail}</p>
        {isDrifted && <Names part={found} />}
      </div>
      <span className="shrink-0 pt-0.5">
        {found === undefined ? (
          <span className="text-small text-ink-3">not looked at</span>
        ) : !found.isWatched ? (
          <Chip>not watched</Chip>
        ) : isDrifted ? (
          <Chip tone="bad">{foundWords(found)}</Chip>
        ) : (
          <Chip tone="ok">unchanged</Chip>
        )}
      </span>
    </li>
  )
}

function Verdict({ report }: { report: DriftReport | undefined }) {
  if (report === undefined) return 'Holdfast looks once a day by itself and puts on record what it finds. Look now to see each part.'
  const drifted = report.parts.filter(hasDrifted).length
  return (
    <>
      {drifted === 0 ? 'Everything that is watched is what it was.' : 'Something is not what it was. Nothing was changed by looking.'}{' '}
      Looked <TimeAgo atMs={report.at} />.
    </>
  )
}

export function DriftView() {
  // Models are hashed again, so it is never read by itself; what was found is kept for a while.
  const drift = useCall('drift.check', {}, { enabled: false })
  const found = new Map(drift.data?.parts.map((part) => [part.part, part]))
  return (
    <div className="mx-auto max-w-200 px-7 py-7">
      <Section
        id="drift"
        title="Is it still what was signed?"
        detail={<Verdict report={drift.data} />}
        actions={
          <Button kind="main" disabled={drift.isFetching} onClick={() => void drift.refetch()}>
            {drift.isFetching ? 'Looking…' : drift.data === undefined ? 'Look now' : 'Look again'}
          </Button>
        }
      >
        {drift.isFetching && (
          <div className="border-b border-line px-4 py-3">
            <p role="status" className="mb-2 text-small text-ink-2">
              Every model and every delivered file is hashed again. Of large models that takes minutes; you can leave this screen meanwhile.
            </p>
            <ProgressBar share={null} label="Looking for drift" />
          </div>
        )}
        {drift.isError && !drift.isFetching && (
          <div className="p-3">
            <FailureNotice failure={drift.error.failure} onRetry={() => void drift.refetch()} />
          </div>
        )}
        <ul aria-label="Parts that are watched">
          {driftParts.map((name) => (
            <Part key={name} name={name} found={found.get(name)} />
          ))}
        </ul>
      </Section>
      <p className="text-small text-ink-2">
        Whether the record itself is whole is another question:{' '}
        <Link to="/audit" className="text-accent underline underline-offset-2">
          verify it in Audit
        </Link>
        .
      </p>
    </div>
  )
}

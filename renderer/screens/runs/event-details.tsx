/** One event in full: who, under which label, how it is chained, and its texts, read only when asked for. */
import { useState } from 'react'
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton, Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { formatExact } from '../../format.ts'
import { describeEvent } from './describe-event.ts'

function BodyText({ runId, body }: { runId: string; body: string }) {
  const read = useCall('bodies.read', { runId, body })
  if (read.isPending) return <Skeleton className="h-16 w-full" />
  if (read.isError) return <FailureNotice failure={read.error.failure} onRetry={() => void read.refetch()} />
  const text = read.data.text
  if (text === null) {
    return (
      <p className="text-ink-2">
        {read.data.isPurged ? 'This text was purged. Its commitment still proves what it was.' : 'This text is not here.'}
      </p>
    )
  }
  return (
    <div>
      <pre
        className="max-h-96 overflow-auto rounded-md bg-sunken px-3 py-2.5 font-mono text-small whitespace-pre-wrap [overflow-wrap:anywhere]"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
      >
        {text}
      </pre>
      <div className="-ml-2.5">
        <CopyButton text={() => text} />
      </div>
    </div>
  )
}

function Body({ runId, title, bodyRef }: { runId: string; title: string; bodyRef: BodyRef }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="mt-4">
      <div className="mb-2 flex items-center gap-2">
        <h4 className="font-semibold">{title}</h4>
        <span className="ml-auto">
          <Hash value={formatDigest(bodyRef.commitment)} label="the commitment" />
        </span>
        <Button onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? 'Hide' : 'Read'}
        </Button>
      </div>
      {isOpen && <BodyText runId={runId} body={bodyRef.body} />}
    </section>
  )
}

export function EventDetails({ recorded }: { recorded: RecordedEvent }) {
  const { title, bodies } = describeEvent(recorded)
  return (
    <section aria-label={`Event ${recorded.version}`} className="px-4.5 py-4">
      <h3 className="mb-3 font-semibold">{title}</h3>
      <Facts>
        <Fact name="Event">
          <span className="font-mono text-small">{recorded.event.type}</span>
        </Fact>
        <Fact name="Number">
          {recorded.version} of this run, {recorded.seq} on this machine
        </Fact>
        <Fact name="When">{formatExact(recorded.at)}</Fact>
        <Fact name="By">
          {recorded.actor.account} ({recorded.actor.issuer})
        </Fact>
        <Fact name="Label">
          <LabelChip label={recorded.label} />
        </Fact>
        <Fact name="Hash">
          <Hash value={recorded.hash} label="the hash of this event" />
        </Fact>
        <Fact name="Follows">
          <Hash value={recorded.previous} label="the hash of the event before" />
        </Fact>
      </Facts>
      {bodies.map(({ title: name, ref }) => (
        <Body key={ref.body} runId={recorded.stream} title={name} bodyRef={ref} />
      ))}
    </section>
  )
}

/** One event in full: who, under which label, how it is chained, and its texts, read only when asked for. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { Button, buttonLook } from '../../components/button.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { formatExact } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { BodyText } from './body-text.tsx'
import { describeEvent } from './describe-event.ts'

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
      {isOpen && <BodyText runId={runId} body={bodyRef.body} label={title} isByModel={title === 'What it wrote'} />}
    </section>
  )
}

interface Props {
  readonly recorded: RecordedEvent
  /** The step whose context it is about, if any. */
  readonly contextStep: string | null
  /** Shows the whole run as it stood after this event. */
  readonly onTravel: () => void
}

export function EventDetails({ recorded, contextStep, onTravel }: Props) {
  useShowsLabel(recorded.label)
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
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={onTravel}>Show the run as it stood here</Button>
        {contextStep !== null && (
          <Link to="/runs/$runId/context/$stepId" params={{ runId: recorded.stream, stepId: contextStep }} className={buttonLook()}>
            What it was shown
          </Link>
        )}
      </div>
      {bodies.map(({ title: name, ref }) => (
        <Body key={ref.body} runId={recorded.stream} title={name} bodyRef={ref} />
      ))}
    </section>
  )
}

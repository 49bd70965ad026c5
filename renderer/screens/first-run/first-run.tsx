/** The first start, on one screen: what this is, what the machine may hold, and how to begin. Nothing can be imported before it is answered. */
import { useNavigate } from '@tanstack/react-router'
import { ArrowRight, FilePlus2, FolderOpen, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import type { StationStatus } from '../../../main/contract/station.ts'
import type { LabelName } from '../../../main/domain/label.ts'
import { useAct, useCall } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Anchor } from '../../frame/rail.tsx'
import { countOutcomes } from '../settings/doctor-report.ts'
import { CeilingChoice } from './ceiling-choice.tsx'

function Beginning({
  icon: Icon,
  title,
  detail,
  isDisabled,
  onChoose,
}: {
  icon: LucideIcon
  title: string
  detail: string
  isDisabled: boolean
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      disabled={isDisabled}
      onClick={onChoose}
      className="group flex w-full items-start gap-3.5 rounded-lg border border-edge bg-surface px-4 py-3.5 text-left shadow-card transition-colors hover:border-accent disabled:opacity-60"
    >
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-accent" strokeWidth={1.6} />
      <span className="min-w-0 flex-1">
        <span className="block font-semibold">{title}</span>
        <span className="mt-0.5 block text-small text-ink-2">{detail}</span>
      </span>
      <ArrowRight
        aria-hidden
        className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform group-hover:translate-x-0.5 group-hover:text-accent"
      />
    </button>
  )
}

/** What works here and what does not, while a person reads. */
function SelfCheck() {
  const doctor = useCall('station.doctor', {})
  if (doctor.isPending) return <p className="text-small text-ink-3">Checking this machine…</p>
  if (doctor.isError) return <p className="text-small text-ink-2">The self-check could not run: {doctor.error.failure.message}</p>
  const notable = doctor.data.checks.filter((check) => check.outcome === 'failed' || check.outcome === 'warning')
  return (
    <details className="text-small text-ink-2">
      <summary className="w-fit rounded-sm">
        Self-check:{' '}
        <span className={doctor.data.ok ? (notable.length === 0 ? 'text-ok' : 'text-warn') : 'text-bad'}>{countOutcomes(doctor.data)}</span>
      </summary>
      <ul className="mt-2 space-y-2">
        {notable.length === 0 && <li>Everything that was checked works.</li>}
        {notable.map((check) => (
          <li key={check.id}>
            <span className="font-medium text-ink">{check.title}.</span> {check.detail} {check.hint}
          </li>
        ))}
      </ul>
    </details>
  )
}

interface Props {
  readonly status: StationStatus
  /** Called with true while the choice is carried out: the screen stays until it is done, and shows what went wrong. */
  readonly onBusy: (isBusy: boolean) => void
}

export function FirstRun({ status, onBusy }: Props) {
  const navigate = useNavigate()
  const [ceiling, setCeiling] = useState<LabelName>('unclassified')
  const configure = useAct('station.configure', { stales: ['station.status'] })
  const load = useAct('sample.load', { stales: ['station.status', 'collections.list', 'imports.list'] })
  const isBusy = configure.isPending || load.isPending
  const failure = (configure.error ?? load.error)?.failure ?? null

  const begin = async (isSample: boolean) => {
    onBusy(true)
    try {
      await configure.mutateAsync({ ceiling })
      if (isSample) await load.mutateAsync({})
      await navigate({ to: isSample ? '/ask' : '/documents' })
      onBusy(false)
    } catch {
      // The failed call says what happened; the screen stays and shows it.
    }
  }

  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto flex min-h-full max-w-248 flex-col justify-center px-8 py-6">
        <header className="mb-6 flex items-start gap-4">
          <Anchor className="mt-0.5 size-9 shrink-0 text-accent" />
          <div>
            <h1 className="text-title font-semibold tracking-[-0.015em]">Everything runs on this machine.</h1>
            <p className="mt-1 max-w-152 text-ink-2">
              Bring in documents, ask them in your own words, and get answers whose every quote was checked against its source. No network
              is used, and nothing leaves this machine.
            </p>
          </div>
        </header>
        {failure !== null && (
          <div className="mb-5">
            <FailureNotice failure={failure} />
          </div>
        )}
        <div className="grid grid-cols-2 gap-8">
          <fieldset disabled={isBusy}>
            <legend className="mb-1 font-semibold">What is the highest material this machine may hold?</legend>
            <p className="mb-3 text-small text-ink-2">Anything higher is refused as a suspected spill. Settings can change it.</p>
            <CeilingChoice value={ceiling} onChoose={setCeiling} />
          </fieldset>
          <section>
            <h2 className="mb-1 font-semibold">How do you want to begin?</h2>
            <p className="mb-3 text-small text-ink-2">Either way, the other stays open to you.</p>
            <div className="space-y-2.5">
              <Beginning
                icon={FolderOpen}
                title="Open the sample case"
                detail={`${status.sampleCase.name.replace(/^Sample case: /, '').replace(/^./, (first) => first.toUpperCase())}: a dozen invented papers and ${status.sampleCase.questions.length} questions, one of which they cannot answer.`}
                isDisabled={isBusy}
                onChoose={() => void begin(true)}
              />
              <Beginning
                icon={FilePlus2}
                title="Add my documents"
                detail="PDF, Word, web pages, Markdown, text and tables, from files or folders."
                isDisabled={isBusy}
                onChoose={() => void begin(false)}
              />
            </div>
            <div className="mt-5 border-t border-line pt-4">
              <SelfCheck />
            </div>
          </section>
        </div>
      </div>
    </div>
  )
}

/** The work under way, or how the last one ended: never gone until it was seen. */
import { CircleCheck, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { BundleStatus, BundleWork } from '../../../main/contract/bundles.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { plural } from '../../format.ts'
import { releaseName, workWords } from './custody-words.ts'
import { reasonPlace } from './reason-field.tsx'
import { useMedium } from './use-medium.ts'
import { VolumesWaiting } from './volumes-waiting.tsx'
import { StepRow, WorkProgress } from './work-progress.tsx'

const meanings: Readonly<Record<string, string>> = {
  'bundle.not_scanned':
    'Nothing was taken in. What was copied waits in quarantine. You can say why it may be taken in all the same, and answer for it by name.',
  'bundle.cancelled': 'Nothing that serves was changed. What was copied stays for the next time.',
}

const meaningOf = ({ kind }: BundleWork, code: string): string | undefined =>
  (kind === 'verify' || kind === 'check') && code === 'bundle.cancelled'
    ? 'Nothing was changed. Begin again to check them all.'
    : meanings[code]

/** Where the root names a site, nobody here can answer in its place. */
const bySite = 'Nothing was taken in. The root of this station names a site: only its signature counts for what no scanner here looked at.'

const toReason = () => document.querySelector<HTMLElement>(`#${reasonPlace} textarea`)?.focus()

function Failed({ work, trust, onDismiss }: { work: BundleWork; trust: BundleStatus['trust']; onDismiss: () => void }) {
  const { failure, kind } = work
  const { inspection } = useMedium()
  if (failure === null) return null
  const isUnscanned = failure.code === 'bundle.not_scanned'
  const hasSite = trust?.roles.some(({ role }) => role === 'site') === true
  const isStopped = failure.code === 'bundle.cancelled'
  return (
    <div className="space-y-3 px-4 py-4">
      <div role="alert" className="flex gap-3.5">
        <TriangleAlert aria-hidden className={`mt-0.5 size-5 shrink-0 ${isStopped ? 'text-ink-3' : 'text-bad'}`} strokeWidth={1.6} />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{isStopped ? 'It was stopped' : workWords[kind].failed}</h2>
          <p className="[overflow-wrap:anywhere]">{failure.message}</p>
          <p className="text-ink-2 [overflow-wrap:anywhere]">
            {isUnscanned ? (hasSite ? bySite : meanings[failure.code]) : (meaningOf(work, failure.code) ?? failure.hint)}
          </p>
          <p className="mt-1 font-mono text-small text-ink-2">{failure.code}</p>
          {isUnscanned &&
            !hasSite &&
            (inspection === null ? (
              <p className="mt-1 text-small text-ink-2">Name its folder below and look at it first: the field for your reason is there.</p>
            ) : (
              <Button className="mt-2" onClick={toReason}>
                Say why…
              </Button>
            ))}
        </div>
        <IconButton label="Put this away" onClick={onDismiss}>
          <X />
        </IconButton>
      </div>
      <StepRow work={work} />
    </div>
  )
}

function Done({ work, releases, onDismiss }: { work: BundleWork; releases: BundleStatus['releases']; onDismiss: () => void }) {
  const release = releases.find(({ digest }) => digest === work.digest)
  const name = release === undefined ? 'It' : releaseName(release)
  const said = {
    check: ['All files were checked', 'What was found is said below. Every file was hashed again.'],
    verify: [
      'Every file that lies there is what was signed',
      work.missing.length === 0
        ? 'Nothing was written.'
        : `${plural(work.missing.length, 'file')} of it lie on other volumes. Nothing was written.`,
    ],
    load: [`${name} was taken in`, 'It does not serve yet. Activate it below when you want it to.'],
    activate: [`${name} serves`, 'What served before stays ready: you can roll back to it below.'],
    rollback: [`${name} serves again`, 'What was rolled back from stays ready.'],
  }[work.kind]
  return (
    <div role="status" className="flex gap-3.5 px-4 py-3.5">
      <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" strokeWidth={1.6} />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{said[0]}</h2>
        <p className="text-ink-2">{said[1]}</p>
      </div>
      <IconButton label="Put this away" onClick={onDismiss}>
        <X />
      </IconButton>
    </div>
  )
}

export function WorkPanel({ status: { work, releases, trust } }: { status: BundleStatus }) {
  const { dismissed, dismiss } = useMedium()
  const panel = useRef<HTMLElement>(null)
  const isRunning = work?.state === 'running'
  const wasRunning = useRef(isRunning)
  // It was begun further down, where its progress is not seen.
  useEffect(() => {
    if (isRunning && !wasRunning.current) panel.current?.scrollIntoView({ block: 'center' })
    wasRunning.current = isRunning
  }, [isRunning])
  if (work === null) return null
  const key = JSON.stringify(work)
  if (dismissed === key) return null
  const away = () => dismiss(key)
  return (
    <section
      ref={panel}
      aria-label="Work on an air-gap bundle"
      className="mb-8 rounded-lg border border-line-strong bg-surface shadow-card"
    >
      {work.state === 'running' ? (
        <WorkProgress work={work} releases={releases} />
      ) : work.state === 'waiting' ? (
        <VolumesWaiting work={work} />
      ) : work.state === 'failed' ? (
        <Failed work={work} trust={trust} onDismiss={away} />
      ) : (
        <Done work={work} releases={releases} onDismiss={away} />
      )}
    </section>
  )
}

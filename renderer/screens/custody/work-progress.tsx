/** Work on an air-gap bundle while it runs: every step of it, how far the one is that it is at, how fast, and what is left. */
import { Check } from 'lucide-react'
import type { BundleStatus, BundleWork } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { useMay } from '../../components/use-may.ts'
import { useNow } from '../../components/use-now.ts'
import { formatBytes, formatCount, formatDuration, formatShare } from '../../format.ts'
import { releaseName, stepsOf, stepWords, workWords } from './custody-words.ts'
import { useMedium } from './use-medium.ts'
import { useRate } from './use-rate.ts'

const everyMs = 500

export function StepRow({ work }: { work: BundleWork }) {
  const steps = stepsOf(work.kind)
  const at = work.state === 'done' ? steps.length : steps.indexOf(work.step)
  return (
    <ol className="flex gap-1.5" aria-label="Steps">
      {steps.map((step, i) => {
        const isHere = i === at
        const edge = i < at ? 'border-ok' : isHere ? (work.state === 'failed' ? 'border-bad' : 'border-accent') : 'border-line-strong'
        return (
          <li
            key={step}
            aria-current={isHere ? 'step' : undefined}
            className={`min-w-0 flex-1 border-t-[3px] pt-1.5 text-small ${edge} ${isHere ? 'font-semibold' : 'text-ink-2'}`}
          >
            <span className="flex items-center gap-1 truncate">
              {i < at && <Check aria-label="done:" className="size-3.5 shrink-0 text-ok" />}
              {stepWords[step].title}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

export function WorkProgress({ work, releases }: { work: BundleWork; releases: BundleStatus['releases'] }) {
  const may = useMay('bundles.carry')
  const cancel = useAct('bundles.cancel', { stales: ['bundles.status'] })
  const nowMs = useNow(everyMs)
  const { kind, step, done, total, digest } = work
  const { doing, unit } = stepWords[step]
  const rate = useRate(`${kind} ${step}`, done, total, nowMs)
  const share = unit === null || total === 0 ? null : done / total
  const { begunAfter, inspection } = useMedium()
  const release = releases.find((one) => one.digest === digest) ?? (kind === 'load' && begunAfter !== null ? inspection : null)
  const far =
    unit === 'bytes'
      ? `${formatBytes(done)} of ${formatBytes(total)}`
      : unit === 'files'
        ? `${formatCount(done)} of ${formatCount(total)}`
        : null
  return (
    <div className="space-y-3.5 px-4 py-4">
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">
            {release === null ? workWords[kind].doing : `${workWords[kind].doing}: ${releaseName(release)}`}
          </h2>
          <p role="status" className="text-ink-2">
            {doing}…
          </p>
        </div>
        <p className="shrink-0 pt-0.5 text-small text-ink-2 tabular">
          {far !== null && far}
          {share !== null && ` · ${formatShare(share)}`}
          {rate !== null && unit === 'bytes' && ` · ${formatBytes(rate.perSecond)}/s · ${formatDuration(rate.leftMs)} left`}
        </p>
        <Button onClick={() => cancel.mutate({})} disabled={!may.isAllowed || cancel.isPending} title={may.why ?? undefined}>
          {cancel.isPending ? 'Stopping…' : 'Cancel'}
        </Button>
      </div>
      <ProgressBar share={share} label={doing} />
      <StepRow work={work} />
      <p className="text-small text-ink-2">
        {kind === 'verify' || kind === 'check'
          ? 'It goes on when this window is closed. Nothing that serves is changed, whether it ends or is cancelled.'
          : kind === 'load'
            ? 'It goes on when this window is closed. What is copied stays for the next time if you cancel.'
            : 'It goes on when this window is closed. Until the last step, what serves now goes on serving.'}
      </p>
      {cancel.isError && <FailureNotice failure={cancel.error.failure} />}
    </div>
  )
}

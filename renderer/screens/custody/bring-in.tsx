/** From a folder on a medium to a release of this station: look first, then load. */
import { type FormEvent, useEffect, useState } from 'react'
import type { BundleStatus } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatBytes } from '../../format.ts'
import { Section } from '../settings/section.tsx'
import { foundPlace, InspectionView } from './inspection-view.tsx'
import { MediumField } from './medium-field.tsx'
import { PlanView } from './plan-view.tsx'
import { isReason, ReasonField } from './reason-field.tsx'
import { useMedium } from './use-medium.ts'

const ofPath: ReadonlySet<string> = new Set(['bundle.bad_path', 'bundle.own_data'])

function Load({ status }: { status: BundleStatus }) {
  const may = useMay('bundles.carry')
  const { path, inspection, reason, setReason, begun } = useMedium()
  const load = useAct('bundles.load', { stales: ['bundles.status'] })
  const [isTried, setTried] = useState(false)
  const { work } = status
  const isUnscanned = work?.kind === 'load' && work.state === 'failed' && work.failure?.code === 'bundle.not_scanned'
  // Where the root names a site, only its signature counts.
  const wantsReason = isUnscanned && status.trust?.roles.every(({ role }) => role !== 'site') === true
  if (inspection === null) return null
  const { plan, isTaken } = inspection
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (wantsReason && !isReason(reason)) return
    load.mutate({ path: path.trim(), acceptUnscanned: wantsReason ? reason.trim() : null }, { onSuccess: () => begun(work) })
  }
  const isBusy = work?.state === 'running'
  return (
    <form onSubmit={submit} className="space-y-3 border-t border-line px-4 py-3.5">
      {wantsReason && <ReasonField reason={reason} onReason={setReason} isTried={isTried} isDisabled={isBusy} />}
      {load.isError && <FailureNotice failure={load.error.failure} />}
      <div className="flex items-center gap-4">
        <p className="min-w-0 flex-1 text-small text-ink-2">
          {plan.unmet.length > 0
            ? 'It cannot be loaded here, for the reasons above.'
            : isTaken
              ? 'Its release is here already. Loading it again brings back what is missing or was damaged.'
              : 'Loading changes nothing that serves: that is another step, and it is asked for on its own.'}
        </p>
        <Button
          size="medium"
          kind="main"
          type="submit"
          disabled={!may.isAllowed || isBusy || load.isPending || plan.unmet.length > 0}
          title={may.why ?? undefined}
        >
          {wantsReason ? 'Answer for it and load' : `Load${plan.copyBytes > 0 ? `, ${formatBytes(plan.copyBytes)}` : ''}`}
        </Button>
      </div>
    </form>
  )
}

/** What was asked for may lie below what is seen. */
const toFound = () => requestAnimationFrame(() => document.getElementById(foundPlace)?.scrollIntoView({ block: 'start' }))

export function BringIn({ status }: { status: BundleStatus }) {
  const may = useMay('bundles.carry')
  const medium = useMedium()
  const { path, isLooking, inspection, failure } = medium
  const isBusy = status.work?.state === 'running'
  const verify = useAct('bundles.verify', { stales: ['bundles.status'] })
  const { begunAfter, forget } = medium
  const isOver = status.work?.kind === 'load' && (status.work.state === 'done' || status.work.state === 'waiting')
  // The answer that is shown may be older than the load that was begun.
  const isBehind = begunAfter !== null && begunAfter !== JSON.stringify(status.work)
  useEffect(() => {
    if (isBehind && isOver) forget()
  }, [isBehind, isOver, forget])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (may.isAllowed && path.trim() !== '' && !isLooking) void medium.look().then(toFound)
  }
  const isOfPath = failure !== null && ofPath.has(failure.code)
  return (
    <Section id="bring-in" title="Bring one in" detail="Look at what lies on a medium, then load it. Looking writes nothing anywhere.">
      <form onSubmit={submit} className="space-y-3 px-4 py-4">
        <MediumField
          path={path}
          onPath={medium.setPath}
          isDisabled={!may.isAllowed}
          problem={isOfPath ? `${failure.message} ${failure.hint}` : undefined}
        />
        {failure !== null && !isOfPath && <FailureNotice failure={failure} />}
        {verify.isError && <FailureNotice failure={verify.error.failure} />}
        <div className="flex items-center gap-4">
          <p role="status" className="min-w-0 flex-1 text-small text-ink-2">
            {isLooking ? 'Reading names, signatures and lists…' : isBusy ? 'Work is under way; another can be looked at meanwhile.' : ''}
          </p>
          {inspection !== null && (
            <Button
              size="medium"
              onClick={() => verify.mutate({ path: path.trim() })}
              disabled={!may.isAllowed || isBusy || isLooking || verify.isPending}
              title={may.why ?? 'Hash every file where it lies, against what was signed. Loading does so as well.'}
            >
              Check the files on it
            </Button>
          )}
          <Button
            size="medium"
            kind={inspection === null && status.work?.state !== 'waiting' ? 'main' : 'plain'}
            type="submit"
            disabled={!may.isAllowed || path.trim() === '' || isLooking}
          >
            {isLooking ? 'Looking…' : inspection === null ? 'Look at it' : 'Look again'}
          </Button>
        </div>
      </form>
      {inspection !== null && (
        <InspectionView found={inspection}>
          <PlanView found={inspection} serving={status.releases.find(({ state }) => state === 'active')?.items ?? []}>
            <Load status={status} />
          </PlanView>
        </InspectionView>
      )}
    </Section>
  )
}

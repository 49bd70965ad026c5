/** The calls of a run in their order, as they stood at the moment that is shown. J and K move from one to the next. */
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { ExistingRun } from '../../../main/domain/run/state.ts'
import { useAct, useCall } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useRowKeys } from '../../components/use-row-keys.ts'
import { CallEntry, canForkAt } from './call-entry.tsx'
import { contextsOf } from './fold-run.ts'

const limits = { callsMax: 200 } as const

interface Props {
  readonly run: RunSummary
  readonly state: ExistingRun
  readonly events: readonly RecordedEvent[]
  readonly isPast: boolean
}

export function RunCalls({ run, state, events, isPast }: Props) {
  const navigate = useNavigate()
  const list = useRef<HTMLOListElement>(null)
  const steps = useCall('steps.list', { runId: run.id, limit: limits.callsMax })
  const fork = useAct('runs.fork', { stales: ['runs.list'] })
  const undo = useAct('runs.undo', { stales: ['steps.list', 'runs.get'] })
  const contexts = contextsOf(events)
  useRowKeys(list, '[data-call]')
  const failure = fork.error?.failure ?? undo.error?.failure ?? null
  if (state.steps.length === 0) return <p className="text-ink-2">{isPast ? 'No call was made up to here.' : 'No call was made yet.'}</p>
  return (
    <>
      {failure !== null && (
        <div className="mb-3">
          <FailureNotice failure={failure} />
        </div>
      )}
      <ol ref={list} className="space-y-2">
        {state.steps.map((step) => {
          const summary = steps.data?.items.find(({ id }) => id === step.id)
          return (
            <CallEntry
              key={step.id}
              runId={run.id}
              step={step}
              summary={summary}
              context={contexts.get(step.id)}
              isBusy={fork.isPending || undo.isPending}
              onFork={
                canForkAt(state.steps, step.ordinal) && !run.isImported
                  ? () =>
                      fork.mutate(
                        { runId: run.id, at: step.ordinal },
                        { onSuccess: (forked) => void navigate({ to: '/runs/$runId', params: { runId: forked.id } }) },
                      )
                  : null
              }
              onUndo={summary?.canUndo === true && !isPast ? () => undo.mutate({ runId: run.id, stepId: step.id }) : null}
            />
          )
        })}
      </ol>
    </>
  )
}

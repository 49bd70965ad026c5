/** Sends a decision, each kind of request by its own call; a refused one leaves the request as it stands and says why. */

import { useQueryClient } from '@tanstack/react-query'
import type { Approval } from '../../../main/contract/approvals.ts'
import type { CallInput } from '../../../main/contract/calls.ts'
import { useAct } from '../../api.tsx'
import type { Verdict } from './decision-bar.tsx'

const stales = ['approvals.list', 'approvals.get', 'runs.list', 'runs.get', 'steps.list'] as const
type Answer = CallInput<'approvals.answer'>['answer']

export function useDecision(approval: Approval, onDecided: (decided: Approval) => void) {
  const client = useQueryClient()
  const approve = useAct('approvals.approve', { stales })
  const reject = useAct('approvals.reject', { stales })
  const revise = useAct('approvals.revise', { stales })
  const reply = useAct('approvals.answer', { stales })
  const acts = [approve, reject, revise, reply]
  const { holdId, argumentsHash } = approval
  const send = (decide: () => Promise<Approval>) => {
    for (const act of acts) act.reset()
    // The request may have left the screen by the time its decision is read: what comes next is told all the same.
    // A refusal often means that something changed meanwhile: what stands there is read again beside it.
    decide().then(onDecided, () => void client.invalidateQueries({ queryKey: ['approvals.get'] }))
  }
  const answer = (value: unknown) => {
    // What a person typed is text or came out of JSON; the core judges it.
    send(() => reply.mutateAsync({ holdId, answer: value as Answer }))
  }
  const decide = (verdict: Verdict) => {
    if (approval.kind === 'gate') {
      answer({ decision: verdict.kind, feedback: verdict.kind === 'approve' ? null : verdict.feedback })
    } else if (verdict.kind === 'approve') {
      if (argumentsHash !== null) send(() => approve.mutateAsync({ holdId, argumentsHash, scope: verdict.scope ?? 'once' }))
    } else if (verdict.kind === 'reject') send(() => reject.mutateAsync({ holdId, feedback: verdict.feedback }))
    else send(() => revise.mutateAsync({ holdId, feedback: verdict.feedback }))
  }
  return {
    ...{ decide, answer, isBusy: acts.some(({ isPending }) => isPending) },
    failure: acts.find(({ error }) => error !== null)?.error?.failure ?? null,
  }
}

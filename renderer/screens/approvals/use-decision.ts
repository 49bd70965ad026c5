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
  // A refusal often means that something changed meanwhile: what stands there is read again beside it.
  const options = { onSuccess: onDecided, onError: () => void client.invalidateQueries({ queryKey: ['approvals.get'] }) }
  const begin = () => {
    for (const act of acts) act.reset()
  }
  const answer = (value: unknown) => {
    begin()
    // What a person typed is text or came out of JSON; the core judges it.
    reply.mutate({ holdId, answer: value as Answer }, options)
  }
  const decide = (verdict: Verdict) => {
    begin()
    if (approval.kind === 'gate') {
      answer({ decision: verdict.kind, feedback: verdict.kind === 'approve' ? null : verdict.feedback })
    } else if (verdict.kind === 'approve') {
      if (argumentsHash !== null) approve.mutate({ holdId, argumentsHash }, options)
    } else if (verdict.kind === 'reject') reject.mutate({ holdId, feedback: verdict.feedback }, options)
    else revise.mutate({ holdId, feedback: verdict.feedback }, options)
  }
  return {
    ...{ decide, answer, isBusy: acts.some(({ isPending }) => isPending) },
    failure: acts.find(({ error }) => error !== null)?.error?.failure ?? null,
  }
}

/**
 * The gates that every call of a tool passes, whoever wants it: its form, the rules, what it means and harms, a person. Cheap ones first;
 * the first that does not pass ends it, and those behind it are not asked. Only here a receipt is given out, and no effect is dispatched
 * without one. Judges what it is told and writes nothing, so that asking twice says the same.
 */
import type { CheckVerdict } from './check.ts'
import type { Digest } from './digest.ts'

export const gateLevels = ['L1', 'L2', 'L3', 'L4'] as const

/** Asked in the order of the levels. A code says what is wrong; null = nothing. */
export interface CallFacts {
  /** L1: the tool is known, and the arguments are what its schema wants. */
  form(): string | null
  /** L2: the agent may, where it wants to, by values that may be trusted. */
  rules(): string | null
  /** L3: what it means in this run, and what it could harm. */
  meaning(): Promise<CheckVerdict>
  /** L4. */
  person(): 'not_needed' | 'approved' | 'needed'
}

declare const given: unique symbol
/** That exactly this call, under exactly these arguments, passed all gates in this execution. */
export interface GateReceipt {
  readonly [given]: true
  readonly stepId: string
  readonly commitment: Digest
  readonly epoch: number
}
export type ReceiptFor = Pick<GateReceipt, 'stepId' | 'commitment' | 'epoch'>

/** What was given out here. Nothing else can be made to stand in it, whatever it looks like. */
const receipts = new WeakSet<object>()

export type GateOutcome =
  | { readonly kind: 'passed'; readonly receipt: GateReceipt }
  | { readonly kind: 'refused'; readonly level: 'L1' | 'L2'; readonly code: string }
  | { readonly kind: 'denied'; readonly level: 'L3'; readonly verdict: CheckVerdict & { readonly isAllowed: false } }
  | { readonly kind: 'person'; readonly level: 'L4' }

/** L1 and L2, which are asked before a call is put on record; null where both pass. */
export function judgeProposal({ form, rules }: Pick<CallFacts, 'form' | 'rules'>): Extract<GateOutcome, { kind: 'refused' }> | null {
  const malformed = form()
  if (malformed !== null) return { kind: 'refused', level: 'L1', code: malformed }
  const forbidden = rules()
  return forbidden === null ? null : { kind: 'refused', level: 'L2', code: forbidden }
}

/** All of them, before a call is made. */
export async function passGates({ stepId, commitment, epoch }: ReceiptFor, facts: CallFacts): Promise<GateOutcome> {
  const refused = judgeProposal(facts)
  if (refused !== null) return refused
  const verdict = await facts.meaning()
  if (!verdict.isAllowed) return { kind: 'denied', level: 'L3', verdict }
  if (facts.person() === 'needed') return { kind: 'person', level: 'L4' }
  // The one place where a receipt comes into being; its mark is of the types alone.
  const receipt = Object.freeze({ stepId, commitment, epoch }) as GateReceipt
  receipts.add(receipt)
  return { kind: 'passed', receipt }
}

/** Whether it was given out by these gates, and for this very call. */
export const isReceiptFor = (receipt: unknown, { stepId, commitment, epoch }: ReceiptFor): boolean =>
  typeof receipt === 'object' &&
  receipt !== null &&
  receipts.has(receipt) &&
  (receipt as GateReceipt).stepId === stepId &&
  (receipt as GateReceipt).epoch === epoch &&
  (receipt as GateReceipt).commitment.alg === commitment.alg &&
  (receipt as GateReceipt).commitment.value === commitment.value

/** The four places at which a mission can wait for a person, and what a person may decide there. */
import * as z from 'zod'

export const gates = ['G1', 'G2', 'G3', 'G4'] as const
export const Gate = z.enum(gates)
export type Gate = z.infer<typeof Gate>

/**
 * G1 after a first look at the holdings, G2 before a plan is carried out, G3 before results are joined, G4 before what was joined is given out.
 * The first decision of each lets the mission go on.
 */
export const gateDecisions = {
  G1: ['proceed', 'redirect', 'abort'],
  G2: ['approve', 'revise', 'abort'],
  G3: ['deploy', 'fix', 'abort'],
  G4: ['deploy', 'rollback', 'hold'],
} as const satisfies Readonly<Record<Gate, readonly string[]>>
export const GateDecision = z.enum(['proceed', 'redirect', 'approve', 'revise', 'deploy', 'fix', 'rollback', 'hold', 'abort'])
export type GateDecision = z.infer<typeof GateDecision>

export const isDecisionOf = (gate: Gate, decision: GateDecision): boolean => (gateDecisions[gate] as readonly string[]).includes(decision)

/** Decisions that mean nothing without words about what should be otherwise. */
export const wantsFeedback: ReadonlySet<GateDecision> = new Set(['redirect', 'revise', 'fix'])

/** A plan that nobody saw is not carried out, and what nobody saw is not given out, whoever asks. */
export const criticalGates: readonly Gate[] = ['G2', 'G4']

/** At which gates a mission stops, in their order. */
export const gatesOf = (optional: readonly Gate[]): readonly Gate[] =>
  gates.filter((gate) => criticalGates.includes(gate) || optional.includes(gate))

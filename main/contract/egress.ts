/** The egress ledger, the walls around this machine, and the self-test that tries them, as they cross the border. */
import * as z from 'zod'
import { Digest } from '../domain/digest.ts'
import { EgressAttempt, EgressKind, EgressPart, EgressReason, egressLimits } from '../domain/egress.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf } from '../domain/ids.ts'
import { call } from './define.ts'

const count = z.int().min(0)
const page = { limit: z.int().min(1).max(holdingsLimits.pageMax).default(50), offset: count.default(0) }

/** `test` was planted by the self-test, and refused like any other. */
export const EgressDecision = z.enum(['allowed', 'denied', 'test'])
export type EgressDecision = z.infer<typeof EgressDecision>

export const EgressEntry = z.strictObject({
  entry: z.int().min(1),
  at: count,
  boot: idOf('boot'),
  part: EgressPart,
  kind: EgressKind,
  /** Text of whoever tried: shown, never followed. */
  destination: z.string().max(egressLimits.destinationCharsMax),
  /** What the event in the audit log says of it: SHA-256 of the salt and the destination. */
  commitment: Digest,
  decision: EgressDecision,
  reason: EgressReason,
  count: z.int().min(1),
  /** Of what was sent. */
  digest: Digest.nullable(),
  runId: idOf('run').nullable(),
  stepId: idOf('stp').nullable(),
  /** Null while it is open, and for what was refused. */
  endedAt: count.nullable(),
  bytesOut: count.nullable(),
  bytesIn: count.nullable(),
})
export type EgressEntry = z.infer<typeof EgressEntry>

export const EgressCounts = z.strictObject({ allowed: count, denied: count, test: count })

/** `unknown` = this process may not look, and nothing is guessed. */
export const WallState = z.enum(['active', 'absent', 'unknown'])
export const EgressWall = z.strictObject({
  id: z.enum(['guard', 'namespace', 'interfaces', 'service', 'firewall']),
  title: z.string(),
  state: WallState,
  detail: z.string(),
})
export type EgressWall = z.infer<typeof EgressWall>

export const EgressStatus = z.strictObject({
  /** Since this core started, and of all time. */
  sinceStart: EgressCounts,
  ever: EgressCounts,
  walls: z.array(EgressWall),
})
export type EgressStatus = z.infer<typeof EgressStatus>

export const EgressTrial = z.strictObject({
  /** What was tried, and in which part of the product. */
  way: z.string(),
  part: EgressPart,
  destination: z.string(),
  isCaught: z.boolean(),
  /** The code it failed with; null when it says no more than that it failed, or when nothing stopped it. */
  code: z.string().nullable(),
})
export type EgressTrial = z.infer<typeof EgressTrial>

/** `ok` only when every trial was caught and stands in the ledger. */
export const EgressSelfTest = z.strictObject({ ok: z.boolean(), at: count, recorded: count, trials: z.array(EgressTrial) })
export type EgressSelfTest = z.infer<typeof EgressSelfTest>

export const EgressExport = z.strictObject({ file: z.string(), entries: count, bytes: count, digest: Digest })
export type EgressExport = z.infer<typeof EgressExport>

const reportsMax = 64

export const egressCalls = {
  'egress.status': call('How this machine is closed, and what was tried', z.strictObject({}), EgressStatus),
  'egress.list': call(
    'Ways out of this machine that were tried, newest first',
    z.strictObject({ ...page, decision: EgressDecision.optional(), part: EgressPart.optional() }),
    z.strictObject({ items: z.array(EgressEntry), total: count }),
  ),
  'egress.export': call('Write the egress ledger into a file', z.strictObject({}), EgressExport),
  'egress.selfTest': call('Plant attempts to leave this machine, and see that each is caught', z.strictObject({}), EgressSelfTest),
  'egress.report': call(
    'Attempts that the window’s own process refused',
    z.strictObject({
      attempts: z
        .array(EgressAttempt.pick({ kind: true, destination: true, count: true }))
        .min(1)
        .max(reportsMax),
    }),
    z.strictObject({}),
  ),
} as const

/** Models and the self-check, as they cross the border. */
import * as z from 'zod'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'

const count = z.int().min(0)

export const modelRoles = ['chat', 'embed'] as const

/** A model that was copied in and admitted after the checks. */
export const Model = z.strictObject({
  id: idOf('mdl'),
  name: z.string(),
  file: z.string(),
  role: z.enum(modelRoles),
  architecture: z.string(),
  quantisation: z.string(),
  bytes: count,
  parameters: count.nullable(),
  contextTokens: count,
  digest: Digest,
  licence: z.string().nullable(),
  /** `verified` at the time given; `changed`: the file on disk is no longer what was admitted, and is not loaded. */
  state: z.enum(['verified', 'changed', 'missing']),
  verifiedAt: z.int().min(0),
  admittedAt: z.int().min(0),
  admittedBy: z.string(),
  isActive: z.boolean(),
})
export type Model = z.infer<typeof Model>

/** Files in a folder of exports, to be read before any of them leaves. */
export const Diagnostics = z.strictObject({ folder: z.string(), files: z.array(z.strictObject({ name: z.string(), sizeBytes: count })) })
export type Diagnostics = z.infer<typeof Diagnostics>

export const checkOutcomes = ['passed', 'warning', 'failed', 'skipped'] as const
export const DoctorCheck = z.strictObject({
  id: z.string(),
  title: z.string(),
  outcome: z.enum(checkOutcomes),
  /** What was found, in one sentence, and what to do when it is not a pass. */
  detail: z.string(),
  hint: z.string().nullable(),
})
export type DoctorCheck = z.infer<typeof DoctorCheck>
export const DoctorReport = z.strictObject({
  ok: z.boolean(),
  version: z.string(),
  checkedAt: z.int().min(0),
  checks: z.array(DoctorCheck),
})
export type DoctorReport = z.infer<typeof DoctorReport>

/** The policy of this station as it crosses the border: what is in force and why, what loading another would change. */
import * as z from 'zod'
import { Label, Level } from '../domain/label.ts'
import { DualAct, Policy } from '../domain/policy.ts'
import { policyFaults } from '../domain/policy-faults.ts'

const count = z.int().min(0)
const time = z.int().min(0)
const Hex = z.string()

/** What is in force, whoever said it. */
export const PolicyRules = Policy.omit({ format: true, version: true, issuedAt: true, issuer: true, signers: true, egress: true }).extend({
  levels: z.array(Level),
  dualControl: z.array(DualAct),
  /** Null = wherever an administrator puts an endpoint. */
  egress: Policy.shape.egress.nullable(),
})

export const LoadedPolicy = z.strictObject({
  version: z.int().min(1),
  digest: Hex,
  keyId: z.string(),
  loadedAt: time,
  loadedBy: z.string(),
})

export const PolicyStatus = z.strictObject({
  /** `built_in`: nobody ever loaded one. `tightened`: what lies here is not what was loaded, and nothing leaves. */
  state: z.enum(['built_in', 'in_force', 'tightened']),
  /** Why it is tightened: none while all is well. */
  faults: z.array(z.strictObject({ fault: z.enum(policyFaults), sentence: z.string() })),
  /** Nothing of what was said can be believed: nobody may do anything but load a policy. */
  isSealed: z.boolean(),
  /** 0 = the one that is built in. */
  version: count,
  issuer: z.string().nullable(),
  issuedAt: z.string().nullable(),
  rules: PolicyRules,
  /** Ids of the keys that may sign the next one. */
  signers: z.array(z.string()),
  /** Keys that root gave this machine come before those. */
  hasTrustRoot: z.boolean(),
  ceiling: Label,
  file: z.string(),
  /** Newest first. */
  history: z.array(LoadedPolicy),
})
export type PolicyStatus = z.infer<typeof PolicyStatus>

export const PolicyCheck = z.strictObject({
  version: count.nullable(),
  findings: z.array(z.strictObject({ where: z.string(), message: z.string() })),
  /** Null when no signature was given. */
  signature: z.strictObject({ keyId: z.string().nullable(), code: z.string().nullable(), sentence: z.string() }).nullable(),
  /** Whether it would be loaded as it is. */
  isLoadable: z.boolean(),
})
export type PolicyCheck = z.infer<typeof PolicyCheck>

/** `before` and `after` are canonical JSON. */
export const PolicyDiff = z.strictObject({
  fromVersion: count,
  toVersion: count,
  changes: z.array(z.strictObject({ where: z.string(), before: z.string(), after: z.string(), direction: z.enum(['narrower', 'wider']) })),
})
export type PolicyDiff = z.infer<typeof PolicyDiff>

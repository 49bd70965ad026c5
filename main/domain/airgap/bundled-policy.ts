/** A policy on its way across the gap: the exact text of its file and of its signature, in one file. Who may sign policies is the site's own affair, not the bundle's. */
import * as z from 'zod'
import { readJson } from '../canonical-json.ts'
import { parseSignature } from '../minisign.ts'
import { policyLimits } from '../policy.ts'
import { readStrictJson, writeStrictJson } from './strict-json.ts'

/** `bytesMax` is of the file: every character of the policy may be escaped. */
export const bundledPolicyLimits = { bytesMax: 6 * policyLimits.bytesMax + 64 * 1024, signatureChars: 4_096 } as const

export const BundledPolicy = z.strictObject({
  policy: z.string().min(1).max(policyLimits.bytesMax),
  signature: z.string().min(1).max(bundledPolicyLimits.signatureChars),
})
export type BundledPolicy = z.infer<typeof BundledPolicy>

export const writeBundledPolicy = (policy: BundledPolicy): string => writeStrictJson(policy)

/**
 * The policy, or null where this is not exactly of that form. Whether its signature counts and what it says is judged where it is loaded: a
 * policy for the next version of Holdfast, which comes in the same bundle, may say more than this one can read.
 */
export function readBundledPolicy(text: string): BundledPolicy | null {
  const read = readStrictJson(text, BundledPolicy)
  if (read === null || readJson(read.policy) === undefined) return null
  return parseSignature(read.signature).ok ? read : null
}

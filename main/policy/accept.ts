/** Whether a signed policy may take the place of the one in force: whose signature counts now, that it is sound, and that it is no older. */

import type { Label } from '../domain/label.ts'
import { keyIdText, type PublicKey, parsePublicKey } from '../domain/minisign.ts'
import type { Policy } from '../domain/policy.ts'
import { checkPolicy, type PolicyFinding } from '../domain/policy-check.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { digestOf, keyDigestOf, type PolicyEvidence, type PolicyMark, type Verdict } from './judge.ts'
import { compilePattern } from './patterns.ts'
import { signersOf, verifyPolicy } from './verify-policy.ts'

export interface OfferedPolicy {
  readonly bytes: Uint8Array
  readonly signature: string
  /** The public key of whoever signs here, given with the first policy; null = none was given. */
  readonly key: PublicKey | null
}

export interface AcceptedPolicy extends OfferedPolicy {
  readonly policy: Policy
  readonly signer: PublicKey
  readonly mark: PolicyMark
}

const unsafeRoot = fail(
  'policy.trust_root_unsafe',
  'The keys that this machine trusts cannot be read, or others than root could have changed them.',
  'Have root make the file again: owned by root, and written by nobody else.',
)
const keyNeeded = fail(
  'policy.key_needed',
  'Nothing here says whose signature counts.',
  'Give the public key of whoever signs policies: holdfast policy load FILE --key PUBKEY.',
)
const otherKey = fail(
  'policy.unknown_signer',
  'The key that was given may not sign policies here.',
  'Leave it out; the policy in force names the keys that may.',
)

type Known = Pick<PolicyEvidence, 'recorded' | 'mark' | 'trustRoot'>

const marksOf = ({ recorded, mark }: Known): readonly PolicyMark[] =>
  [recorded, mark].filter((one): one is PolicyMark => one !== null && one !== 'unreadable')

/** Whose signature counts now. This machine's own keys come before all others. */
export function trustedKeys(known: Known, verdict: Verdict, given: PublicKey | null): Result<readonly PublicKey[]> {
  const { trustRoot } = known
  if (trustRoot === 'unreadable') return unsafeRoot
  const only = (keys: readonly PublicKey[]): Result<readonly PublicKey[]> =>
    given === null || keys.some((key) => keyDigestOf(key) === keyDigestOf(given)) ? ok(keys) : otherKey
  if (trustRoot !== null) return only(trustRoot)
  if (verdict.kind === 'built_in' || verdict.kind === 'not_accepted') return given === null ? keyNeeded : ok([given])
  if (verdict.policy !== null) return only(signersOf(verdict.policy))
  // Of what was said nothing is left but which key had signed it.
  if (given === null) return keyNeeded
  return marksOf(known).some(({ keyDigest }) => keyDigest === keyDigestOf(given)) ? ok([given]) : otherKey
}

/** What is wrong with a policy on this station, beyond its form. */
export const findingsOf = (policy: Policy, ceiling: Label): readonly PolicyFinding[] =>
  checkPolicy(policy, {
    ceiling,
    patternFault: (pattern) => {
      const compiled = compilePattern(pattern)
      return compiled.ok ? null : compiled.error.message
    },
    signerIds: policy.signers.map(({ publicKey }) => {
      const key = parsePublicKey(publicKey)
      return key.ok ? keyIdText(key.value.id) : null
    }),
  })

/** The highest version ever accepted, as far as anything here says; 0 = none. */
export const highestVersion = (known: Known): number => Math.max(0, ...marksOf(known).map(({ version }) => version))

export function acceptPolicy(offered: OfferedPolicy, known: Known, verdict: Verdict, ceiling: Label): Result<AcceptedPolicy> {
  const { bytes, signature, key } = offered
  const keys = trustedKeys(known, verdict, key)
  if (!keys.ok) return keys
  const verified = verifyPolicy(bytes, signature, keys.value)
  if (!verified.ok) return verified
  const { policy, signer } = verified.value
  const [finding] = findingsOf(policy, ceiling)
  if (finding !== undefined) {
    const hint = 'holdfast policy check names everything that is wrong; correct it, and sign it again.'
    return fail('policy.unsound', `${finding.where}: ${finding.message}`, hint)
  }
  const highest = highestVersion(known)
  const digest = digestOf(bytes)
  if (policy.version < highest) {
    const hint = `Give it a version above ${highest}, and sign it again.`
    return fail('policy.older', `Version ${policy.version} is older than version ${highest}, which was accepted here.`, hint)
  }
  const isKnown = marksOf(known).every((mark) => mark.version !== highest || mark.digest === digest)
  if (policy.version === highest && !isKnown) {
    const hint = `Give it the version ${highest + 1}, and sign it again.`
    return fail('policy.same_version', `Another policy was accepted here as version ${highest}.`, hint)
  }
  return ok({ ...offered, policy, signer, mark: { version: policy.version, digest, keyDigest: keyDigestOf(signer) } })
}

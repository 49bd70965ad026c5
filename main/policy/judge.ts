/**
 * What holds here, from what lies here. Anything that is missing, changed, cut short, unsigned, older or unreadable only tightens:
 * what was said before still binds, and nothing leaves. It reads nothing itself, and the same evidence always gives the same verdict.
 */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { PublicKey } from '../domain/minisign.ts'
import type { Policy } from '../domain/policy.ts'
import type { PolicyFault } from '../domain/policy-faults.ts'
import { readPolicy, signerOf } from './verify-policy.ts'

const Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** Which policy was accepted last. `digest` is the SHA-256 of its bytes, `keyDigest` that of the public key that signed it. */
export const PolicyMark = z.strictObject({ version: z.int().min(1), digest: Hex, keyDigest: Hex })
export type PolicyMark = z.infer<typeof PolicyMark>

export interface StoredPolicy {
  readonly bytes: Uint8Array
  readonly signature: string
  readonly publicKey: PublicKey
}

/** Null = it is not there. */
export interface PolicyEvidence {
  /** From the last event that says that a policy was loaded. */
  readonly recorded: PolicyMark | null | 'unreadable'
  readonly stored: StoredPolicy | null | 'unreadable'
  /** Beside the database. */
  readonly mark: PolicyMark | null | 'unreadable'
  readonly file: Uint8Array | null | 'unreadable'
  readonly signature: string | null | 'unreadable'
  /** Keys that this machine trusts, whatever else is said; null = it has none of its own. */
  readonly trustRoot: readonly PublicKey[] | null | 'unreadable'
  /** What this core itself has read before. */
  readonly known: Uint8Array | null
}

export type Verdict =
  | { readonly kind: 'built_in' }
  | { readonly kind: 'in_force'; readonly policy: Policy; readonly bytes: Uint8Array; readonly signer: PublicKey }
  /** `policy` is what was said before; null = nothing of it can be believed. */
  | {
      readonly kind: 'tightened'
      readonly policy: Policy | null
      readonly bytes: Uint8Array | null
      readonly faults: readonly PolicyFault[]
    }
  /** Nothing was ever loaded, and yet a policy lies here. */
  | { readonly kind: 'not_accepted'; readonly faults: readonly PolicyFault[] }

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const keyDigestOf = ({ key }: PublicKey): string => digestOf(key)

const isSame = (a: PolicyMark, b: PolicyMark): boolean => a.version === b.version && a.digest === b.digest && a.keyDigest === b.keyDigest

type Read<T> = Exclude<T, null | 'unreadable'> | null
const readable = <T>(value: T | null | 'unreadable'): Read<T> => (value === 'unreadable' ? null : (value as Read<T>))

/** The first of these bytes that are what was accepted. */
function findAccepted(
  copies: ReadonlyArray<Uint8Array | null>,
  { digest, version }: PolicyMark,
): { policy: Policy; bytes: Uint8Array } | null {
  for (const bytes of copies) {
    if (bytes === null || digestOf(bytes) !== digest) continue
    const policy = readPolicy(bytes)
    if (policy.ok && policy.value.version === version) return { policy: policy.value, bytes }
  }
  return null
}

function* faultsOf({ recorded, stored, mark, file, signature, trustRoot }: PolicyEvidence, accepted: PolicyMark): Generator<PolicyFault> {
  if (recorded === 'unreadable') yield 'log_unreadable'
  if (recorded === null) yield 'log_silent'
  if (mark === null) yield 'mark_missing'
  else if (mark === 'unreadable') yield 'mark_changed'
  else if (recorded !== null && recorded !== 'unreadable' && !isSame(mark, recorded))
    yield mark.version > recorded.version ? 'rolled_back' : 'mark_changed'

  const kept = readable(stored)
  if (stored === null) yield 'stored_missing'
  else if (kept === null || digestOf(kept.bytes) !== accepted.digest || keyDigestOf(kept.publicKey) !== accepted.keyDigest)
    yield 'stored_changed'
  else if (!signerOf(kept.bytes, kept.signature, [kept.publicKey]).ok) yield 'stored_changed'

  const found = readable(file)
  if (found === null) yield 'file_missing'
  else if (digestOf(found) !== accepted.digest) yield 'file_changed'
  const signed = readable(signature)
  if (signed === null) yield 'signature_missing'
  else if (kept !== null && found !== null && !signerOf(found, signed, [kept.publicKey]).ok) yield 'signature_wrong'

  if (trustRoot === 'unreadable') yield 'trust_root_unsafe'
  else if (trustRoot !== null && !trustRoot.some((key) => keyDigestOf(key) === accepted.keyDigest)) yield 'signer_not_trusted'
}

export function judge(evidence: PolicyEvidence): Verdict {
  const { recorded, stored, mark, file, signature, trustRoot, known } = evidence
  const accepted = readable(recorded) ?? readable(mark)
  if (accepted === null) {
    const faults: PolicyFault[] = []
    if (recorded === 'unreadable') faults.push('log_unreadable')
    if (stored !== null || mark !== null) faults.push('log_silent')
    // Something was loaded once, and nothing says what.
    if (faults.length > 0) return { kind: 'tightened', policy: null, bytes: null, faults }
    if (file !== null || signature !== null) faults.push('not_accepted')
    if (trustRoot === 'unreadable') faults.push('trust_root_unsafe')
    return faults.length === 0 ? { kind: 'built_in' } : { kind: 'not_accepted', faults }
  }
  const kept = readable(stored)
  const found = findAccepted([kept?.bytes ?? null, readable(file), known], accepted)
  const faults = [...faultsOf(evidence, accepted)]
  if (found !== null && kept !== null && faults.length === 0) return { kind: 'in_force', ...found, signer: kept.publicKey }
  return { kind: 'tightened', policy: found?.policy ?? null, bytes: found?.bytes ?? null, faults }
}

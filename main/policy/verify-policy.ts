/**
 * Whether these bytes are a policy signed by one of these keys. The bytes as they lie there are verified before any of them is read as
 * anything; what is then read is taken whole or not at all.
 */
import { readJson } from '../domain/canonical-json.ts'
import { keyIdText, type PublicKey, parsePublicKey, parseSignature, verifyBytes } from '../domain/minisign.ts'
import { Policy, policyLimits } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { ed25519 } from './ed25519.ts'

const tooLarge = fail('policy.too_large', 'The policy is larger than a policy may be.', 'Give the policy file, and nothing else.')
const unknownSigner = fail(
  'policy.unknown_signer',
  'The policy is signed with a key that may not sign policies here.',
  'Have it signed with a key that the policy in force names.',
)
const wrongSignature = fail(
  'policy.signature_wrong',
  'The signature does not belong to this policy, or one of the two was changed.',
  'Get both files again from whoever signed them.',
)
const noText = fail('policy.malformed', 'The policy is not a text in UTF-8.', 'Get the file again from whoever signed it.')
const noJson = fail('policy.malformed', 'The policy is no JSON.', 'Look at the file: holdfast policy check.')

/** A policy by its own text, whoever wrote it. */
export function readPolicy(bytes: Uint8Array): Result<Policy> {
  if (bytes.length > policyLimits.bytesMax) return tooLarge
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return noText
  }
  const value = readJson(text)
  if (value === undefined) return noJson
  const parsed = Policy.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const [first] = parsed.error.issues
  const where = first === undefined || first.path.length === 0 ? 'the whole' : first.path.join('.')
  return fail(
    'policy.malformed',
    `The policy is not what a policy is: ${where} (${first?.code ?? 'invalid'}).`,
    'Correct it, and sign it again.',
  )
}

/** The key that signed, or why none of them did. */
export function signerOf(bytes: Uint8Array, signature: string, keys: readonly PublicKey[]): Result<PublicKey> {
  const parsed = parseSignature(signature)
  if (!parsed.ok) return parsed
  const id = keyIdText(parsed.value.keyId)
  // An id proves nothing: two keys may have the same.
  const named = keys.filter((key) => keyIdText(key.id) === id)
  const signer = named.find((key) => verifyBytes(bytes, parsed.value, key, ed25519).ok)
  if (signer !== undefined) return ok(signer)
  return named.length === 0 ? unknownSigner : wrongSignature
}

export function verifyPolicy(
  bytes: Uint8Array,
  signature: string,
  keys: readonly PublicKey[],
): Result<{ readonly policy: Policy; readonly signer: PublicKey }> {
  if (bytes.length > policyLimits.bytesMax) return tooLarge
  const signer = signerOf(bytes, signature, keys)
  if (!signer.ok) return signer
  const policy = readPolicy(bytes)
  return policy.ok ? ok({ policy: policy.value, signer: signer.value }) : policy
}

export const signersOf = ({ signers }: Pick<Policy, 'signers'>): readonly PublicKey[] =>
  signers.flatMap(({ publicKey }) => {
    const key = parsePublicKey(publicKey)
    return key.ok ? [key.value] : []
  })

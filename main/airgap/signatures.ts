/** Signatures over the bytes of a file, each in a file of its own beside it. */
import { join } from 'node:path'
import { publicKeyOf, type TrustRoot } from '../domain/airgap/trust-root.ts'
import { type Ed25519, parseSignature, renderSignature, verifyBytes } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'

const limits = { bytesMax: 4_096, signersMax: 32 } as const

const wrong = (file: string) =>
  fail(
    'bundle.signature_wrong',
    `A signature of ${file} does not fit, or is damaged.`,
    'Do not use this medium. Tell whoever sent it, and get the bundle again.',
  )

export interface SignedBy {
  /** Ids of keys of the root whose signatures hold. */
  readonly held: readonly string[]
  /** Ids that the root does not know; they count for nothing. */
  readonly unknown: readonly string[]
}

/** Refuses when a signature by a known key does not hold, whoever else has signed. */
export function checkSignatures(
  folder: string,
  file: string,
  bytes: Uint8Array,
  signers: readonly string[],
  root: TrustRoot,
  ed25519: Ed25519,
): Result<SignedBy> {
  if (signers.length > limits.signersMax) return wrong(file)
  const [held, unknown]: [string[], string[]] = [[], []]
  for (const id of signers) {
    const key = publicKeyOf(root, id)
    if (key === null) {
      unknown.push(id)
      continue
    }
    const name = `${file}.${id}.minisig`
    const read = readBounded(join(folder, name), name, limits.bytesMax)
    if (!read.ok) return read
    const text = textOf(read.value)
    const signature = text === null ? wrong(file) : parseSignature(text)
    // One signature has one spelling: what is not signed in its file may not be changed either.
    if (!signature.ok || renderSignature(signature.value) !== text) return wrong(file)
    if (!verifyBytes(bytes, signature.value, key, ed25519).ok) return wrong(file)
    held.push(id)
  }
  return ok({ held, unknown })
}

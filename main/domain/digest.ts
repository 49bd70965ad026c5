/** Hashes and salted commitments name their algorithm, so that another profile can follow. The hash function itself is passed in. */
import * as z from 'zod'

export const Digest = z.strictObject({ alg: z.literal('sha256'), value: z.string().regex(/^[0-9a-f]{64}$/) })
export type Digest = z.infer<typeof Digest>

/** SHA-256 over raw bytes or UTF-8 text, as 64 lower-case hex digits. */
export type Sha256 = (data: Uint8Array | string) => string

/** Text stored as `sha256:<hex>`, the one-column form of a digest. */
export const formatDigest = (digest: Digest): string => `${digest.alg}:${digest.value}`

export function parseDigest(text: string): Digest {
  const [alg, value] = text.split(':')
  return Digest.parse({ alg, value })
}

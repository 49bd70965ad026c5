/** The list of every file that was delivered, which lies in the tree itself and was signed with it. */
import * as z from 'zod'

const path = z
  .string()
  .max(1_000)
  .regex(/^[^/\\\0]+(?:\/[^/\\\0]+)*$/)
  .refine((text) => text.split('/').every((part) => part !== '..' && part !== '.'))

export const integrityName = 'integrity.json'
export const integrityLimits = { bytesMax: 16 * 1024 * 1024, filesMax: 100_000 } as const

export const Integrity = z.strictObject({
  format: z.literal(1),
  product: z.literal('holdfast'),
  version: z.string().max(40),
  platform: z.string().max(40),
  edition: z.string().max(40),
  /** For which graphics processors it brings builds. */
  gpu: z.string().max(40),
  /** Everything but this list itself. */
  files: z
    .array(z.strictObject({ path, size: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .max(integrityLimits.filesMax)
    .readonly(),
})
export type Integrity = z.infer<typeof Integrity>

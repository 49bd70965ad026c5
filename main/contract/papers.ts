/** Papers that leave the window, and who answered for them, as they cross the border. */
import * as z from 'zod'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { Authority, PaperFormat } from '../domain/working-paper.ts'

export { Authority, PaperFormat }

export const PaperOptions = {
  format: PaperFormat,
  portionMarks: z.boolean().default(true),
  /** In the place of what is set for all papers. */
  authority: Authority.partial().optional(),
}

export const Paper = z.strictObject({
  fileName: z.string(),
  mediaType: z.string(),
  label: Label,
  isReleased: z.boolean(),
  sizeBytes: z.int().min(0),
  /** Of the file. */
  digest: Digest,
  /** Of what it says, whatever the format; it stands in the paper. */
  content: Digest,
  /** Base64. */
  data: z.string(),
})
export type Paper = z.infer<typeof Paper>

/** Who answered for what a run says. `isInForce`: its label is still the one it was released under. */
export const Released = z.strictObject({
  runId: idOf('run'),
  release: z
    .strictObject({ by: z.string(), at: z.int().min(0), reason: z.string().nullable(), label: Label, isInForce: z.boolean() })
    .nullable(),
  /** What an export would be marked now. */
  label: Label,
})
export type Released = z.infer<typeof Released>

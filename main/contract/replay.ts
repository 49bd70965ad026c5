/** Looking back at runs: replay, comparison, export and import. */
import * as z from 'zod'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'
import { RunStatus } from '../domain/run/transitions.ts'

const count = z.int().min(0)

export const Replay = z.strictObject({
  runId: idOf('run'),
  events: count,
  isChainWhole: z.boolean(),
  /** Version of the first event whose hash does not fit. */
  firstBreak: z.int().min(1).nullable(),
  /** Whether the fold of the events is what the rows say. */
  isSame: z.boolean(),
  differences: z.array(z.string()),
  /** What models of this machine were shown, built anew from what the run pinned: how many are the very bytes of then. */
  contexts: z.strictObject({ total: count, same: count, gone: count }),
  status: RunStatus,
})
export type Replay = z.infer<typeof Replay>

/** One call of one run beside the call that stands at its place in the other. */
const Side = z.strictObject({
  stepId: idOf('stp'),
  kind: z.enum(['model', 'tool']),
  name: z.string(),
  phase: z.string(),
  input: idOf('bdy'),
  output: idOf('bdy').nullable(),
})
export const RunDiff = z.strictObject({
  a: idOf('run'),
  b: idOf('run'),
  isSameInput: z.boolean(),
  isSameResult: z.boolean(),
  steps: z.array(
    z.strictObject({
      a: Side.nullable(),
      b: Side.nullable(),
      isSameInput: z.boolean(),
      isSameOutput: z.boolean(),
      isSamePhase: z.boolean(),
    }),
  ),
})
export type RunDiff = z.infer<typeof RunDiff>

/** A piece of an export: text from `offset` (UTF-16 units). `digest` is that of the whole file's UTF-8 bytes. */
export const ExportChunk = z.strictObject({
  fileName: z.string(),
  chars: count,
  sizeBytes: count,
  digest: Digest,
  offset: count,
  text: z.string(),
})
export type ExportChunk = z.infer<typeof ExportChunk>

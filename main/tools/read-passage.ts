/** Reads one passage whole. */
import * as z from 'zod'
import { PassageId } from '../domain/ids.ts'
import { ok } from '../domain/result.ts'
import { passageArtifact, readingLimits, showPassage } from './reading.ts'
import type { Tool } from './tool.ts'

const Input = z.strictObject({ passageId: PassageId.max(readingLimits.idCharsMax) })
type Input = z.infer<typeof Input>

export const readPassage: Tool<Input> = {
  name: 'read_passage',
  summary: 'Read one passage of a document by its id',
  input: Input,
  effect: 'read',
  risk: 'read',
  timeoutMs: readingLimits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ passageId }) => ok({ summary: `Reads passage ${passageId}.`, diff: null, undo: null }),
  perform: async ({ passageId }, { holdings }) => {
    const found = await holdings.readPassage(passageId)
    if (!found.ok) return found
    return ok({ output: showPassage(found.value), artifacts: [passageArtifact(found.value)], label: found.value.label, bytesWritten: 0 })
  },
}

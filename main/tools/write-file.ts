/** Writes a text file into the run's own folder. What stood there is kept, so that it can be put back byte by byte. */
import * as z from 'zod'
import { assert } from '../domain/assert.ts'
import { hasHiddenCharacters } from '../domain/hidden-characters.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { difference } from './difference.ts'
import { FileName } from './file-name.ts'
import { folderLimits, readRunFile, removeRunFile, writeRunFile } from './run-folder.ts'
import { formulaLine } from './spreadsheet-cells.ts'
import { beginStep } from './step-record.ts'
import type { Tool, ToolContext } from './tool.ts'

const limits = { timeoutMs: 10_000 } as const

const sizeOf = (text: string): number => Buffer.byteLength(text)

const Input = z
  .strictObject({
    name: FileName,
    text: z
      .string()
      .max(folderLimits.fileBytesMax, { abort: true })
      .refine((text) => sizeOf(text) <= folderLimits.fileBytesMax, `is over ${folderLimits.fileBytesMax} bytes`)
      .refine((text) => !hasHiddenCharacters(text), 'has hidden characters'),
  })
  .superRefine(({ name, text }, context) => {
    const line = name.endsWith('.csv') ? formulaLine(text) : null
    const message = `line ${line} has a cell that a spreadsheet would run as a formula`
    if (line !== null) context.addIssue({ code: 'custom', path: ['text'], message })
  })
type Input = z.infer<typeof Input>

const changedBefore = fail(
  'tool.file_changed_before_effect',
  'The file was changed by someone else while this was under way, and was left alone.',
  'Look at the file, then write it again if that is wanted.',
)
const changedSince = fail(
  'tool.file_changed',
  'The file was changed after this was written, so it was not put back.',
  'Look at the file; what stood there before is kept with the run.',
)
const purged = fail('tool.previous_purged', 'What stood there before has been purged.', 'Nothing can be put back.')

export const writeFile: Tool<Input> = {
  name: 'write_file',
  summary: 'Write a text file (.md, .txt, .csv, .json) into the folder of this run, in place of what stands there',
  input: Input,
  effect: 'idempotent',
  risk: 'write',
  timeoutMs: limits.timeoutMs,
  trusted: ['name'],
  estimateBytes: ({ text }) => sizeOf(text),

  preview: async ({ name, text }, context) => {
    const current = await readRunFile(context.folder, name)
    if (!current.ok) return current
    const what = current.value === null ? 'Creates' : current.value === text ? 'Leaves as it is' : 'Replaces'
    return ok({
      summary: `${what} ${name}, ${sizeOf(text)} bytes.`,
      diff: difference(name, current.value, text),
      undo: current.value === null ? 'The file is removed again.' : 'What stood in the file is put back, byte by byte.',
    })
  },

  perform: async ({ name, text }, context) => {
    const begun = await beginStep(context, name, (current) => ok({ previous: current, written: text }))
    if (!begun.ok) return begun
    const { record, current } = begun.value
    const previous = bodyText(record.previous, context)
    if (!previous.ok) return previous
    if (current !== text) {
      if (current !== previous.value) return changedBefore
      if (context.signal.aborted)
        return fail('tool.cancelled_before_effect', 'It was cancelled before anything was written.', 'Start it again.')
      const written = await writeRunFile(context.folder, context.stepId, name, text)
      if (!written.ok) return written
    }
    const sizeBytes = sizeOf(text)
    return ok({
      output: { name, sizeBytes, isNew: record.isNew },
      artifacts: [{ kind: 'file', name, sizeBytes, written: record.written, previous: record.previous }],
      label: null,
      bytesWritten: sizeBytes,
    })
  },

  undo: async (artifacts, context) => {
    for (const artifact of artifacts) {
      assert(artifact.kind === 'file', 'write_file left a file')
      const restored = await restore(artifact.name, artifact.written, artifact.previous, context)
      if (!restored.ok) return restored
    }
    return ok(null)
  },
}

function bodyText(body: string | null, context: ToolContext): Result<string | null> {
  if (body === null) return ok(null)
  const text = context.readBody(body)
  return text === null ? purged : ok(text)
}

async function restore(name: string, written: string, previous: string | null, context: ToolContext): Promise<Result<null>> {
  const before = bodyText(previous, context)
  if (!before.ok) return before
  const current = await readRunFile(context.folder, name)
  if (!current.ok) return current
  if (current.value === before.value) return ok(null)
  if (current.value !== context.readBody(written)) return changedSince
  return before.value === null ? removeRunFile(context.folder, name) : writeRunFile(context.folder, context.stepId, name, before.value)
}

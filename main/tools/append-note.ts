/** Appends one line to the run's notes. The line carries its step, so that a step that is done again leaves one line, not two. */
import * as z from 'zod'
import { assert } from '../domain/assert.ts'
import { hasHiddenCharacters } from '../domain/hidden-characters.ts'
import { inertMarkdown } from '../domain/inert-text.ts'
import { fail, ok } from '../domain/result.ts'
import { folderLimits, readRunFile, removeRunFile, writeRunFile } from './run-folder.ts'
import { beginStep } from './step-record.ts'
import type { Tool } from './tool.ts'

const limits = { textCharsMax: 1_000, markCharsMax: 80, timeoutMs: 10_000 } as const
const fileName = 'notes.md'

const Input = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(limits.textCharsMax, { abort: true })
    .refine((text) => !hasHiddenCharacters(text, true), 'expected one line without hidden characters')
    .refine((text) => !text.includes('<!--') && !text.includes('-->'), 'has the mark of a comment'),
})
type Input = z.infer<typeof Input>

const full = fail('tool.notes_full_before_effect', 'The notes of this run are full.', 'Write what matters into a file.')
const changed = fail('tool.note_changed', 'The note was changed after it was written, so it was left alone.', 'Edit the notes by hand.')

const markOf = (stepId: string): string => `<!-- ${stepId} -->`

/** The line, in which nothing of the text means more than itself, as it is put behind what stands there, which may lack its last line end. */
const lineFor = (current: string | null, text: string, stepId: string): string =>
  `${current === null || current === '' || current.endsWith('\n') ? '' : '\n'}- ${inertMarkdown(text)} ${markOf(stepId)}\n`

const sizeOf = (text: string): number => Buffer.byteLength(text)

export const appendNote: Tool<Input> = {
  name: 'append_note',
  summary: 'Append one line to the notes of this run',
  input: Input,
  effect: 'idempotent',
  risk: 'note',
  timeoutMs: limits.timeoutMs,
  // Its place is fixed.
  trusted: [],
  estimateBytes: ({ text }) => sizeOf(inertMarkdown(text)) + limits.markCharsMax,
  preview: async ({ text }) => ok({ summary: `Adds to ${fileName}: ${text}`, diff: null, undo: 'The line is taken out again.' }),

  perform: async ({ text }, context) => {
    const begun = await beginStep(context, fileName, (current) => {
      const line = lineFor(current, text, context.stepId)
      return sizeOf(current ?? '') + sizeOf(line) > folderLimits.fileBytesMax ? full : ok({ previous: null, written: line })
    })
    if (!begun.ok) return begun
    const { record, current } = begun.value
    const line = context.readBody(record.written) ?? lineFor(current, text, context.stepId)
    if (current?.includes(markOf(context.stepId)) !== true) {
      if (context.signal.aborted)
        return fail('tool.cancelled_before_effect', 'It was cancelled before anything was noted.', 'Start it again.')
      const written = await writeRunFile(context.folder, context.stepId, fileName, (current ?? '') + line)
      if (!written.ok) return written
    }
    return ok({
      output: { name: fileName },
      artifacts: [{ kind: 'note', name: fileName, stepId: context.stepId, isNewFile: record.isNew, written: record.written }],
      label: null,
      bytesWritten: sizeOf(line),
    })
  },

  undo: async (artifacts, context) => {
    for (const artifact of artifacts) {
      assert(artifact.kind === 'note', 'append_note left a note')
      const current = await readRunFile(context.folder, artifact.name)
      if (!current.ok) return current
      if (current.value?.includes(markOf(artifact.stepId)) !== true) continue
      const line = context.readBody(artifact.written)
      const at = line === null ? -1 : current.value.indexOf(line)
      if (line === null || at < 0) return changed
      const rest = current.value.slice(0, at) + current.value.slice(at + line.length)
      const removed =
        rest === '' && artifact.isNewFile
          ? await removeRunFile(context.folder, artifact.name)
          : await writeRunFile(context.folder, context.stepId, artifact.name, rest)
      if (!removed.ok) return removed
    }
    return ok(null)
  },
}

/**
 * What stood in a file before a step, noted durably before the step changes it. A step that is done again after a crash finds its own note,
 * so that it neither does its work twice nor takes its own work for what stood before.
 */
import * as z from 'zod'
import { fail, ok, type Result } from '../domain/result.ts'
import { readRunFile, readStepRecord, writeStepRecord } from './run-folder.ts'
import type { ToolContext } from './tool.ts'

/** `previous` and `written` are bodies; `isNew`: there was no file. */
const StepRecord = z.strictObject({ name: z.string(), isNew: z.boolean(), previous: z.string().nullable(), written: z.string() })
export type StepRecord = z.infer<typeof StepRecord>

const damaged = fail(
  'tool.record_before_effect',
  'The note about what stood there before cannot be read.',
  'Have a person look at the run’s folder.',
)

export interface BegunStep {
  readonly record: StepRecord
  /** What stands in the file now. */
  readonly current: string | null
}

/** Finds this step's record, or makes one from what `plan` says of the current text. */
export async function beginStep(
  context: ToolContext,
  name: string,
  plan: (current: string | null) => Result<{ readonly previous: string | null; readonly written: string }>,
): Promise<Result<BegunStep>> {
  const current = await readRunFile(context.folder, name)
  if (!current.ok) return current
  const found = await readStepRecord(context.folder, context.stepId)
  if (!found.ok) return found
  if (found.value !== null) {
    const record = readRecord(found.value)
    return record === null || record.name !== name ? damaged : ok({ record, current: current.value })
  }
  const planned = plan(current.value)
  if (!planned.ok) return planned
  const record: StepRecord = {
    name,
    isNew: current.value === null,
    previous: planned.value.previous === null ? null : context.putBody(planned.value.previous),
    written: context.putBody(planned.value.written),
  }
  const noted = await writeStepRecord(context.folder, context.stepId, JSON.stringify(record))
  return noted.ok ? ok({ record, current: current.value }) : noted
}

function readRecord(text: string): StepRecord | null {
  try {
    return StepRecord.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

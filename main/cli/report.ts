/** `holdfast report`: how agents were run, as Markdown for a review. */
import { writeFileSync } from 'node:fs'
import type { CommandOutput } from '../contract/cli.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ReviewPeriod } from '../domain/review.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import type { Spoken } from './output.ts'

const notWritten = fail(
  'cli.not_written',
  'The report could not be written.',
  'Name a file that is not there yet, in a folder that you may write to.',
)

export async function report(core: CommandCore, period: ReviewPeriod, out?: string): Promise<Result<Spoken<CommandOutput<'report'>>>> {
  const made = await core.call('reports.review', { period })
  if (!made.ok) return made
  const { markdown } = made.value
  if (out === undefined) return ok({ value: made.value, lines: markdown.trimEnd().split('\n') })
  const file = fromInvocation(out)
  try {
    writeFileSync(file, markdown, { flag: 'wx', mode: 0o600 })
  } catch {
    return notWritten
  }
  return ok({ value: made.value, lines: [file] })
}

/** `holdfast export ID --format …`: an answer, a report or a conversation as a marked paper. Never writes over a file; nobody else may read it. */
import { writeFile } from 'node:fs/promises'
import type { CommandOutput } from '../contract/cli.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { PaperFormat } from '../domain/working-paper.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import type { Spoken } from './output.ts'

export interface ExportOptions {
  readonly format: PaperFormat
  readonly out?: string
  /** False leaves the portion marks out. */
  readonly portionMarks?: boolean
}

const cannotWrite = (file: string) =>
  fail('cli.cannot_write', `${file} could not be written.`, 'Choose a place that does not exist yet, in a folder that you may write to.')

export async function exportPaper(
  core: CommandCore,
  id: string,
  { format, out, portionMarks = true }: ExportOptions,
): Promise<Result<Spoken<CommandOutput<'export'>>>> {
  const made = await (id.startsWith('cnv_')
    ? core.call('conversations.export', { conversationId: id, format, portionMarks })
    : id.startsWith('msn_')
      ? core.call('missions.export', { missionId: id, format, portionMarks })
      : core.call('answers.export', { runId: id, format, portionMarks }))
  if (!made.ok) return made
  const { data, fileName, ...about } = made.value
  const file = fromInvocation(out ?? fileName)
  try {
    await writeFile(file, Buffer.from(data, 'base64'), { flag: 'wx', mode: 0o600 })
  } catch {
    return cannotWrite(file)
  }
  const status = about.isReleased ? 'released' : 'AI-assisted working paper, not released'
  return ok({
    value: { ...about, file },
    lines: [file, `${marking(about.label)}  ${status}`, `${about.sizeBytes} bytes  sha256:${about.digest.value}`],
  })
}

export async function releasePaper(core: CommandCore, runId: string, reason: string): Promise<Result<Spoken<CommandOutput<'release'>>>> {
  const released = await core.call('answers.release', { runId, reason })
  if (!released.ok) return released
  const { label, release } = released.value
  return ok({ value: released.value, lines: [`Released as ${marking(label)} by ${release?.by ?? ''}. Its exports say so from now on.`] })
}

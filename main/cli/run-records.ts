/** `holdfast runs replay|diff|export|import`: looking back at runs, and carrying them between machines. */
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { CommandOutput } from '../contract/cli.ts'
import type { RunDiff } from '../contract/replay.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { createStatusLine, plain, type Spoken } from './output.ts'

export async function runsReplay(core: CommandCore, runId: string): Promise<Result<Spoken<CommandOutput<'runs replay'>>>> {
  const replayed = await core.call('runs.replay', { runId })
  if (!replayed.ok) return replayed
  const { events, isChainWhole, firstBreak, isSame, differences, contexts, status } = replayed.value
  const chain = isChainWhole ? `${events} events, and the chain holds.` : `The chain breaks at event ${firstBreak ?? 1}.`
  const rows = isSame ? `Folded again, they say what the rows say: ${status}.` : 'The events and what lies beside them differ:'
  const shown =
    contexts.total === 0
      ? []
      : [`${contexts.same} of ${contexts.total} prompts could be built anew, to the byte, from what the run pinned.`]
  return ok({ value: replayed.value, lines: [chain, rows, ...differences.map(plain), ...shown], isFailure: !isChainWhole || !isSame })
}

type Pair = RunDiff['steps'][number]

function describePair({ a, b, isSameInput, isSameOutput, isSamePhase }: Pair): string {
  const side = a ?? b
  const name = side === null ? '' : `${side.kind.padEnd(5)} ${plain(side.name)}`
  if (a === null || b === null) return `  ${a === null ? 'only in the second' : 'only in the first '}  ${name}`
  const other = [isSameInput ? null : 'input', isSameOutput ? null : 'output', isSamePhase ? null : `${a.phase} and ${b.phase}`]
  const what = other.filter((part) => part !== null)
  return `  ${what.length === 0 ? 'the same          ' : 'different         '}  ${name}${what.length === 0 ? '' : `  (${what.join(', ')})`}`
}

export async function runsDiff(core: CommandCore, a: string, b: string): Promise<Result<Spoken<CommandOutput<'runs diff'>>>> {
  const compared = await core.call('runs.diff', { a, b })
  if (!compared.ok) return compared
  const { isSameInput, isSameResult, steps } = compared.value
  const lines = [
    isSameInput ? 'The same was asked.' : 'Something else was asked.',
    isSameResult ? 'They came to the same.' : 'They came to something else.',
    ...steps.map(describePair),
  ]
  return ok({ value: compared.value, lines })
}

const cannotWrite = (file: string) =>
  fail('cli.cannot_write', `${file} could not be written.`, 'Choose a place that does not exist yet, in a folder that you may write to.')
const changed = fail('runfile.changed', 'The run changed while it was exported.', 'Export it again.')

/** Never writes over a file. */
export async function runsExport(
  core: CommandCore,
  runId: string,
  out: string | undefined,
): Promise<Result<Spoken<CommandOutput<'runs export'>>>> {
  const status = createStatusLine()
  const pieces: string[] = []
  for (let offset = 0; ; ) {
    const piece = await core.call('runs.export', { runId, offset })
    if (!piece.ok) {
      status.clear()
      return piece
    }
    const { text, chars, sizeBytes, digest, fileName } = piece.value
    pieces.push(text)
    offset += text.length
    status.show(`${offset} of ${chars} characters`)
    if (offset < chars && text !== '') continue
    status.clear()
    const whole = pieces.join('')
    if (createHash('sha256').update(whole).digest('hex') !== digest.value) return changed
    const file = fromInvocation(out ?? fileName)
    try {
      await writeFile(file, whole, { flag: 'wx', mode: 0o600 })
    } catch {
      return cannotWrite(file)
    }
    return ok({ value: { runId, file, sizeBytes, digest }, lines: [file, `${sizeBytes} bytes  ${digest.alg}:${digest.value}`] })
  }
}

export async function runsImport(core: CommandCore, file: string): Promise<Result<Spoken<CommandOutput<'runs import'>>>> {
  const taken = await core.call('runs.import', { source: { path: fromInvocation(file) } })
  if (!taken.ok) return taken
  const { id, status, title } = taken.value
  return ok({
    value: taken.value,
    lines: [`${id}  ${status}  ${plain(title ?? '(purged)')}`, 'It can be read, and is never executed here.'],
  })
}

/** `holdfast trace`: what a mission or a run did, in which order, for how long, and who handed over to whom. */
import { createHash } from 'node:crypto'
import type { CommandOutput } from '../contract/cli.ts'
import type { TraceView } from '../contract/telemetry.ts'
import type { Sha256 } from '../domain/digest.ts'
import { ok, type Result } from '../domain/result.ts'
import { toOtlp } from '../domain/trace-otlp.ts'
import { productVersion } from '../version.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const sha256: Sha256 = (data) => createHash('sha256').update(data).digest('hex')

const seconds = (startMs: number, endMs: number | null): string =>
  endMs === null ? 'goes on' : `${((endMs - startMs) / 1_000).toFixed(1)} s`

/** Each span under the one that it lies in. */
export function traceLines({ spans, isCut }: TraceView): readonly string[] {
  const depths = new Map<string, number>()
  const lines = spans.map(({ id, parentId, kind, name, startMs, endMs, status, code, handoffs }) => {
    const depth = parentId === null ? 0 : (depths.get(parentId) ?? 0) + 1
    depths.set(id, depth)
    const about = [kind === 'mission' ? id : plain(name), kind === 'run' ? id : '', seconds(startMs, endMs)].filter((word) => word !== '')
    const failed = status === 'error' ? ` ${code ?? 'failed'}` : null
    const ended = failed ?? (status === 'stopped' ? ' stopped' : kind === 'mission' && code !== null ? ` ${code}` : '')
    const from = handoffs.map(({ from: run, reason }) => ` (${reason} ${run})`).join('')
    return `${'  '.repeat(depth)}${kind} ${about.join('  ')}${ended}${from}`
  })
  return isCut ? [...lines, 'There is more; the rest was left out.'] : lines
}

export async function trace(core: CommandCore, id: string): Promise<Result<Spoken<CommandOutput<'trace'>>>> {
  const found = await core.call('traces.get', id.startsWith('msn_') ? { missionId: id } : { runId: id })
  if (!found.ok) return found
  return ok({ value: toOtlp(found.value, productVersion, sha256), lines: traceLines(found.value) })
}

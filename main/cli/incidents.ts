/** `holdfast incidents`: what went wrong with agents, tools and tiers, and what people said of it. */
import type { CommandOutput } from '../contract/cli.ts'
import type { Incident } from '../contract/telemetry.ts'
import { incidentWords } from '../domain/incident.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const limits = { listMax: 100 } as const

const at = (ms: number): string => new Date(ms).toISOString()

function linesOf({ id, cause, subject, runId, openedAt, closedAt, closedBy, reason }: Incident): readonly string[] {
  return [
    `${id}  ${at(openedAt)}  ${plain(subject)} ${incidentWords[cause]}${runId === null ? '' : ` in ${runId}`}`,
    ...(closedAt === null ? [] : [`  closed ${at(closedAt)} by ${plain(closedBy ?? '')}: ${plain(reason ?? '(not shown)')}`]),
  ]
}

export async function incidentsList(core: CommandCore, isAll: boolean): Promise<Result<Spoken<CommandOutput<'incidents list'>>>> {
  const found = await core.call('incidents.list', { limit: limits.listMax, ...(isAll ? {} : { isOpen: true }) })
  if (!found.ok) return found
  const { items, budgets } = found.value
  const burnt = budgets.map(
    ({ kind, subject, tries, failures, burnt: share }) =>
      `  ${kind} ${plain(subject)}: ${failures} of ${tries} failed, ${Math.round(share * 100)} % of its error budget`,
  )
  const lines = [
    ...(items.length === 0 ? ['No incident.'] : items.flatMap(linesOf)),
    ...(burnt.length === 0 ? [] : ['Within a week:', ...burnt]),
  ]
  return ok({ value: found.value, lines })
}

export async function incidentsShow(core: CommandCore, incidentId: string): Promise<Result<Spoken<Incident>>> {
  const found = await core.call('incidents.get', { incidentId })
  return found.ok ? ok({ value: found.value, lines: linesOf(found.value) }) : found
}

export async function incidentsClose(core: CommandCore, incidentId: string, reason: string): Promise<Result<Spoken<Incident>>> {
  const closed = await core.call('incidents.close', { incidentId, reason })
  return closed.ok ? ok({ value: closed.value, lines: linesOf(closed.value) }) : closed
}

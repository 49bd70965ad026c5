/** `holdfast runs list|show`: what was done, event by event. */
import type { CommandOutput } from '../contract/cli.ts'
import type { RunSummary } from '../contract/runs.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RunStatus } from '../domain/run/transitions.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const limits = { listMax: 50, eventsPerCall: 200 } as const

const describe = ({ id, status, createdAt, title }: RunSummary): string =>
  `${id}  ${status.padEnd(9)}  ${new Date(createdAt).toISOString()}  ${plain(title ?? '(purged)')}`

export interface RunsFilter {
  readonly status?: readonly RunStatus[]
  readonly agent?: string
  readonly contains?: string
}

export async function runsList(core: CommandCore, filter: RunsFilter = {}): Promise<Result<Spoken<CommandOutput<'runs list'>>>> {
  const { status, agent, contains } = filter
  const found = await core.call('runs.list', {
    limit: limits.listMax,
    ...(status === undefined ? {} : { statuses: [...status] }),
    ...(agent === undefined ? {} : { agent }),
    ...(contains === undefined ? {} : { contains }),
  })
  if (!found.ok) return found
  const { items, total } = found.value
  const isFiltered = status !== undefined || agent !== undefined || contains !== undefined
  const none = isFiltered ? 'No run is like that.' : 'No runs yet. Ask something first.'
  return ok({ value: found.value, lines: total === 0 ? [none] : items.map(describe) })
}

export async function runsShow(core: CommandCore, runId: string): Promise<Result<Spoken<CommandOutput<'runs show'>>>> {
  const run = await core.call('runs.get', { runId })
  if (!run.ok) return run
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await core.call('runs.events', { runId, limit: limits.eventsPerCall, offset: events.length })
    if (!page.ok) return page
    events.push(...page.value.items)
    if (page.value.items.length === 0 || events.length >= page.value.total) break
  }
  const lines = events.map(
    ({ version, at, actor, event, hash }) =>
      `  ${String(version).padStart(3)}  ${new Date(at).toISOString()}  ${event.type.padEnd(24)} ${actor.issuer.padEnd(9)} ${hash.slice(7, 19)}`,
  )
  return ok({ value: { run: run.value, events }, lines: [describe(run.value), ...lines] })
}

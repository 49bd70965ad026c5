/** Runs: lists, events, and what an operator may do to them. */
import * as z from 'zod'
import type { RunSummary } from '../contract/runs.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { readJson } from '../domain/canonical-json.ts'
import { explainFailure } from '../domain/failures.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import type { HoldKind } from '../domain/run/events.ts'
import type { OpenHold } from '../domain/run/state.ts'
import type { RunFilter, RunRow } from '../store/runs.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const unknownBody = fail('body.unknown', 'This run points at no such text.', 'Look at the events of the run again.')
const notPaused = fail('run.not_paused', 'Nothing holds this run that you could release.', 'Look at what holds it.')

/** Holds that are let go as they are; an approval or a question wants an answer. An operator's own pause comes first. */
const releasable: readonly HoldKind[] = ['operator', 'spiral', 'outcome_unknown', 'policy', 'version']

/** What a person who lets a run go on lets go of: one hold at a time. */
export const holdToRelease = (holds: readonly OpenHold[]): OpenHold | undefined =>
  releasable.flatMap((kind) => holds.filter((hold) => hold.kind === kind))[0]

/** The ask agent is given a question; agents with fields are given a title. */
const limits = { titleCharsMax: 2_000, searchedRunsMax: 2_000 } as const

const Titled = z.union([
  z.object({ question: z.string() }).transform(({ question }) => question),
  z.object({ title: z.string() }).transform(({ title }) => title),
])

/** What was asked, as the person wrote it. */
export function titleOf(services: Pick<Services, 'bodies'>, input: string): string | null {
  const text = services.bodies.read(input)
  if (text === null) return null
  const parsed = Titled.safeParse(readJson(text))
  return parsed.success ? parsed.data.slice(0, limits.titleCharsMax) : null
}

/** Of the newest runs that pass the filter, those whose title holds these words, newest first. Titles lie in bodies, which no index knows. */
function findTitled(services: Pick<Services, 'bodies' | 'runs'>, filter: RunFilter, contains: string): readonly string[] {
  const wanted = contains.toLocaleLowerCase('en')
  const isWanted = (input: string) => titleOf(services, input)?.toLocaleLowerCase('en').includes(wanted) === true
  return services.runs.newest(filter, limits.searchedRunsMax).flatMap(({ id, input }) => (isWanted(input) ? [id] : []))
}

export function toRun(services: Pick<Services, 'bodies'>, row: RunRow): RunSummary {
  const { id, agent, attempt, status, reason, conversationId, label, tokensUsed, createdAt, movedAt, endedAt, failure } = row
  const { depth, forkedFrom, isImported } = row
  return {
    ...{
      id,
      agent,
      attempt,
      status,
      reason,
      conversationId,
      label,
      tokensUsed,
      createdAt,
      movedAt,
      endedAt,
      depth,
      forkedFrom,
      isImported,
    },
    title: titleOf(services, row.input),
    holds: [...row.holds],
    isCancelRequested: row.cancelRequestedAt !== null,
    failure: failure === null ? null : explainFailure(failure),
  }
}

type Names = 'runs.list' | 'runs.get' | 'runs.events' | 'runs.pause' | 'runs.resume' | 'runs.cancel' | 'bodies.read'

export const runHandlers = (services: Services): Pick<Handlers, Names> => {
  const { runs, journal, loop, log, bodies, newId } = services

  const show = (runId: string): Result<RunSummary> => {
    const row = runs.get(runId)
    return row === null ? unknown : ok(toRun(services, row))
  }
  const command = (runId: string, caller: Caller, build: () => RunCommand): Result<RunSummary> => {
    if (runs.get(runId) === null) return unknown
    const sent = journal.send(runId, () => [build()], operator(caller))
    return sent.ok ? show(runId) : sent
  }

  return {
    'runs.list': ({ limit, offset, statuses = null, agent = null, contains }, { account }) => {
      const filter = { statuses, agent, labels: services.sightOf(account)?.labelIds() ?? null }
      if (contains === undefined) {
        const { items, total } = runs.list(limit, offset, filter)
        return ok({ items: items.map((row) => toRun(services, row)), total })
      }
      const found = findTitled(services, filter, contains)
      const rows = found.slice(offset, offset + limit).flatMap((id) => runs.get(id) ?? [])
      return ok({ items: rows.map((row) => toRun(services, row)), total: found.length })
    },
    'runs.get': ({ runId }) => show(runId),
    'runs.events': ({ runId, limit, offset }) => {
      if (runs.get(runId) === null) return unknown
      return ok({ items: [...log.readStream(runId, offset, limit)], total: log.versionOf(runId) })
    },
    'runs.pause': ({ runId }, caller) => command(runId, caller, () => ({ type: 'run.pause', holdId: newId('hld') })),
    'runs.resume': ({ runId }, caller) => {
      const { state } = journal.read(runId)
      const hold = state.status === 'absent' ? undefined : holdToRelease(state.holds)
      if (hold === undefined) return runs.get(runId) === null ? unknown : notPaused
      const resumed = command(runId, caller, () => ({ type: 'hold.release', holdId: hold.id }))
      loop.wake()
      return resumed
    },
    'runs.cancel': ({ runId }, caller) => {
      const cancelled = command(runId, caller, () => ({ type: 'run.cancel', reason: 'user_request' }))
      if (cancelled.ok) loop.interrupt(runId)
      return cancelled
    },
    'bodies.read': ({ runId, body }) => {
      if (runs.get(runId) === null) return unknown
      if (!runs.ownsBody(runId, body)) return unknownBody
      const text = bodies.read(body)
      return ok({ body, text, isPurged: text === null })
    },
  }
}

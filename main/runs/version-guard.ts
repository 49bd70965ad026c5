/**
 * Looks before each launch whether the agent may do more now than when the run began. Then a person decides whether the run goes on with
 * it; what was decided holds for this definition while the core runs, and after a restart it is asked again.
 */
import * as z from 'zod'
import { AgentDefinition } from '../domain/agent.ts'
import { widenedField } from '../domain/agent-change.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { NewId } from '../world.ts'

const Pinned = z.object({ definition: AgentDefinition })

export interface VersionGuardParts {
  /** As it is offered now. */
  readonly definitionOf: (agent: string) => AgentDefinition | undefined
  readonly readBody: (body: string) => string | null
  readonly readStream: (stream: string) => readonly RecordedEvent[]
  readonly newId: NewId
}

/** The id of the hold to open; null where the run may be launched. */
export type VersionGuard = (runId: string, run: ExistingRun) => string | null

export function createVersionGuard({ definitionOf, readBody, readStream, newId }: VersionGuardParts): VersionGuard {
  const asked = new Map<string, { readonly about: string; readonly holdId: string }>()
  return (runId, run) => {
    const now = definitionOf(run.agent)
    // A run of before definitions were pinned began with something, and nobody knows with what.
    if (run.definition === null || now === undefined) return null
    const pinned = Pinned.safeParse(readJson(readBody(run.definition.body) ?? ''))
    // What is gone, or cannot be read any more, shows nothing.
    if (pinned.success && widenedField(pinned.data.definition, now) === null) return null
    const about = canonicalJson(now)
    const before = asked.get(runId)
    const isAsked = before?.about === about
    const isLetGo = ({ event }: RecordedEvent): boolean =>
      event.type === 'hold.closed' && event.holdId === before?.holdId && event.decision === 'released'
    if (isAsked && readStream(runId).some(isLetGo)) return null
    const holdId = newId('hld')
    asked.set(runId, { about, holdId })
    return holdId
  }
}

/**
 * Looks before a run is executed whether its agent may do more now than when the run began. Then a person decides whether the run goes on
 * with it. What a person let go on stands in the run's own stream, and holds for that definition and for less, also after a restart.
 */
import * as z from 'zod'
import { AgentDefinition } from '../domain/agent.ts'
import { widenedField } from '../domain/agent-change.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { ExistingRun } from '../domain/run/state.ts'

const Pinned = z.object({ definition: AgentDefinition })

export interface VersionGuardParts {
  /** As it is offered now. */
  readonly definitionOf: (agent: string) => AgentDefinition | undefined
  readonly labelOf: (agent: string) => Label
  readonly readBody: (body: string) => string | null
  readonly readStream: (stream: string) => readonly RecordedEvent[]
}

/** What a person is asked about: the definition as a body of the run, and the label that it carries. */
export interface AskedVersion {
  readonly text: string
  readonly label: Label
}

/** Null where the run may be executed. */
export type VersionGuard = (runId: string, run: ExistingRun) => AskedVersion | null

/** Bodies of the definitions with which a person let the run go on. */
function letGo(stream: readonly RecordedEvent[]): readonly string[] {
  const asked = new Map<string, string>()
  const released: string[] = []
  for (const { event } of stream) {
    if (event.type === 'hold.opened' && event.definition !== undefined) asked.set(event.holdId, event.definition.body)
    const body = event.type === 'hold.closed' && event.decision === 'released' ? asked.get(event.holdId) : undefined
    if (body !== undefined) released.push(body)
  }
  return released
}

export function createVersionGuard({ definitionOf, labelOf, readBody, readStream }: VersionGuardParts): VersionGuard {
  return (runId, run) => {
    const now = definitionOf(run.agent)
    // A run of before definitions were pinned began with something, and nobody knows with what.
    if (run.definition === null || now === undefined) return null
    const allows = (body: string): boolean => {
      const pinned = Pinned.safeParse(readJson(readBody(body) ?? ''))
      // What is gone, or cannot be read any more, shows nothing.
      return pinned.success && widenedField(pinned.data.definition, now) === null
    }
    if (allows(run.definition.body) || letGo(readStream(runId)).some(allows)) return null
    return { text: canonicalJson({ definition: now }), label: labelOf(run.agent) }
  }
}

/** A run as one file: what is in it. Its texts lie beside the events that point at them, so that every commitment can be checked. */
import * as z from 'zod'
import { BodyRef } from '../body-ref.ts'
import { Budget } from '../budget.ts'
import { Digest } from '../digest.ts'
import { idOf, PassageId } from '../ids.ts'
import { Label } from '../label.ts'
import { RecordedEvent } from '../recorded-event.ts'
import { HoldDecision, RunEvent } from './events.ts'

export const runFileLimits = {
  bytesMax: 64 * 1024 * 1024,
  eventsMax: 50_000,
  bodiesMax: 150_000,
  passagesMax: 100_000,
  modelsMax: 1_000,
} as const

export const runFileFormat = 'holdfast.run'
export const runFileVersion = 1

const count = z.int().min(0)
const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** As it stands in the log, but for its number there, which belongs to the machine. */
export const CarriedEvent = RecordedEvent.omit({ seq: true }).extend({
  stream: idOf('run'),
  tenant: z.string().min(1).max(64),
  event: RunEvent,
  previous: hash,
  hash,
})
export type CarriedEvent = z.infer<typeof CarriedEvent>

/** A text with what its commitment was made of. */
export const CarriedBody = z.strictObject({ body: idOf('bdy'), label: Label, salt: z.string().regex(/^[0-9a-f]{64}$/), text: z.string() })
export type CarriedBody = z.infer<typeof CarriedBody>

export const CarriedShard = z.strictObject({
  id: idOf('shd'),
  agent: z.string().min(1).max(64),
  task: z.string().max(64),
  input: idOf('bdy'),
  retriesMax: count.max(1_000),
  timeoutMs: count,
  budget: Budget,
  requirements: z.array(z.string().min(1).max(64)).max(100),
  label: Label,
  at: count,
  by: z.string().min(1).max(256),
})
export type CarriedShard = z.infer<typeof CarriedShard>

/** What a person decided on a call, as the events say it. */
export const CarriedDecision = z.strictObject({
  holdId: idOf('hld'),
  stepId: idOf('stp'),
  decision: HoldDecision,
  by: z.string().min(1).max(256),
  atMs: count,
})
export type CarriedDecision = z.infer<typeof CarriedDecision>

export const RunFile = z.strictObject({
  format: z.literal(runFileFormat),
  version: z.literal(runFileVersion),
  /** What the exporting machine ran; the run itself may be older. */
  engine: z.strictObject({ holdfast: z.string().max(40), inference: z.string().max(200) }),
  events: z.array(CarriedEvent).min(1).max(runFileLimits.eventsMax),
  bodies: z.array(CarriedBody).max(runFileLimits.bodiesMax),
  /** Texts that the events point at and that were purged. */
  purged: z.array(idOf('bdy')).max(runFileLimits.bodiesMax),
  shard: CarriedShard,
  models: z
    .array(z.strictObject({ id: idOf('mdl'), name: z.string().max(400).nullable(), digest: Digest.nullable() }))
    .max(runFileLimits.modelsMax),
  /** What stood in a context, with the hash of its text; null when it is gone. */
  passages: z.array(z.strictObject({ id: PassageId, digest: Digest.nullable() })).max(runFileLimits.passagesMax),
  decisions: z.array(CarriedDecision).max(runFileLimits.eventsMax),
})
export type RunFile = z.infer<typeof RunFile>

/** Every text that a value points at, in the order it stands there. */
export function bodyRefsIn(value: unknown): readonly BodyRef[] {
  if (typeof value !== 'object' || value === null) return []
  const reference = BodyRef.safeParse(value)
  return reference.success ? [reference.data] : Object.values(value).flatMap(bodyRefsIn)
}

/** What a file says beside its events, and the events say themselves. */
export function toldBy(events: ReadonlyArray<Pick<CarriedEvent, 'event' | 'actor'>>): {
  readonly models: ReadonlyArray<{ readonly id: string; readonly digest: Digest | null }>
  readonly passages: readonly string[]
  readonly decisions: readonly CarriedDecision[]
} {
  const models = new Map<string, { id: string; digest: Digest | null }>()
  const passages = new Set<string>()
  const stepOf = new Map<string, string>()
  const decisions: CarriedDecision[] = []
  for (const { event, actor } of events) {
    if (event.type === 'model.requested' && event.modelId !== null) {
      const { modelId: id, modelDigest: digest } = event
      models.set(`${id} ${digest?.value ?? ''}`, { id, digest })
    }
    if (event.type === 'context.built') for (const id of event.passages) passages.add(id)
    if (event.type === 'hold.opened' && event.stepId !== null) stepOf.set(event.holdId, event.stepId)
    const stepId = event.type === 'hold.closed' ? stepOf.get(event.holdId) : undefined
    if (event.type !== 'hold.closed' || stepId === undefined) continue
    decisions.push({ holdId: event.holdId, stepId, decision: event.decision, by: actor.account, atMs: event.atMs })
  }
  return { models: [...models.values()], passages: [...passages], decisions }
}

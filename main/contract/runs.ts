/** Runs, their events and the live feed, as they cross the border. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { RecordedEvent } from '../domain/recorded-event.ts'
import { HoldKind } from '../domain/run/events.ts'
import { Reason, RunStatus } from '../domain/run/transitions.ts'
import { AnsweredClaim, Citation } from './answer.ts'
import { FileOutcome, Import } from './holdings.ts'

const count = z.int().min(0)
const time = z.int().min(0)

export const RunSummary = z.strictObject({
  id: idOf('run'),
  agent: z.string(),
  /** What was asked, as the person wrote it; null after a purge. */
  title: z.string().nullable(),
  attempt: z.int().min(1),
  status: RunStatus,
  reason: Reason,
  holds: z.array(HoldKind),
  isCancelRequested: z.boolean(),
  conversationId: idOf('cnv').nullable(),
  label: Label,
  tokensUsed: count,
  depth: count,
  forkedFrom: z.strictObject({ runId: idOf('run'), ordinal: count }).nullable(),
  /** Carried here from another machine: to be read, never executed. */
  isImported: z.boolean(),
  createdAt: time,
  movedAt: time,
  endedAt: time.nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** A body an event points at, as text, for those who may read it. */
export const BodyText = z.strictObject({ body: idOf('bdy'), text: z.string().nullable(), isPurged: z.boolean() })

/** A claim as its quote was verified while the rest still streams. */
export const CheckedDraft = z.strictObject({ index: count, claim: AnsweredClaim, citations: z.array(Citation) })
export type CheckedDraft = z.infer<typeof CheckedDraft>

/** What the one stream to a window carries. Durable events have a `seq`; everything else may be missed and is in the next snapshot. */
export const FeedItem = z.discriminatedUnion('kind', [
  /** First item of each connection: every durable event up to `seq` can be read by calls; live text of runs under way. */
  z.strictObject({
    kind: z.literal('snapshot'),
    seq: count,
    boot: idOf('boot'),
    live: z.array(z.strictObject({ runId: idOf('run'), stage: z.string(), text: z.string(), claims: z.array(CheckedDraft) })),
    imports: z.array(Import),
  }),
  z.strictObject({ kind: z.literal('event'), event: RecordedEvent }),
  /** New text of a model at `offset` (UTF-16 units) of the run's live text. */
  z.strictObject({ kind: z.literal('delta'), runId: idOf('run'), offset: count, text: z.string() }),
  z.strictObject({ kind: z.literal('claim'), runId: idOf('run'), checked: CheckedDraft }),
  /** What a run is doing now: `searching`, `reading`, `writing`, `checking`. */
  z.strictObject({ kind: z.literal('stage'), runId: idOf('run'), stage: z.string() }),
  z.strictObject({
    kind: z.literal('import'),
    import: Import,
    /** The file that moved, with how far it was read. */
    file: z.strictObject({ ordinal: count, outcome: FileOutcome, done: count, total: count.nullable() }).nullable(),
  }),
  /** Embedding in the background: passages that have vectors, of all. */
  z.strictObject({ kind: z.literal('embedding'), done: count, total: count }),
])
export type FeedItem = z.infer<typeof FeedItem>

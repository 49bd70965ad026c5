/** Facts about holdings, models and the station itself, outside of any run. Ids and numbers only, like the events of runs. */
import * as z from 'zod'
import { idOf } from './ids.ts'
import { Label } from './label.ts'

const count = z.int().min(0)

export const StationEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('station.configured'), ceiling: Label }),
  z.strictObject({ type: z.literal('collection.created'), collectionId: idOf('col') }),
  z.strictObject({ type: z.literal('import.started'), importId: idOf('imp'), files: count }),
  z.strictObject({ type: z.literal('import.finished'), importId: idOf('imp'), isCancelled: z.boolean() }),
  z.strictObject({ type: z.literal('document.added'), documentId: idOf('doc'), importId: idOf('imp'), passages: count }),
  z.strictObject({ type: z.literal('document.refused'), importId: idOf('imp'), ordinal: count, code: z.string().max(80) }),
  z.strictObject({ type: z.literal('document.removed'), documentId: idOf('doc') }),
  z.strictObject({ type: z.literal('model.admitted'), modelId: idOf('mdl') }),
  z.strictObject({ type: z.literal('model.activated'), modelId: idOf('mdl') }),
  z.strictObject({ type: z.literal('model.verified'), modelId: idOf('mdl'), isUnchanged: z.boolean() }),
])
export type StationEvent = z.infer<typeof StationEvent>

/** The one stream that these events stand in. */
export const stationStream = 'station'

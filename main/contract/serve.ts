/** The door for programs elsewhere: how it stands, and who has a key to it. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { Failure } from '../domain/result.ts'
import { ServePlace, serveLimits } from '../domain/serve.ts'

const count = z.int().min(0)
const time = z.int().min(0)

export const OpenServe = z.strictObject({
  place: ServePlace.default({ address: '127.0.0.1', port: 0, tls: null }),
  /** Comes back when the core is started again. */
  isPersistent: z.boolean().default(false),
})
export type OpenServe = z.infer<typeof OpenServe>

export const ServeStatus = z.strictObject({
  /** Null while nothing listens, which is how it starts. */
  open: z
    .strictObject({
      /** What a client is given as its base: `http://127.0.0.1:PORT/v1`. */
      url: z.string(),
      address: z.string(),
      port: count,
      isTls: z.boolean(),
      /** Callers must show a certificate beside their key. */
      asksClientCertificate: z.boolean(),
      certificateExpiresAt: time.nullable(),
      isPersistent: z.boolean(),
      openedAt: time,
      openedBy: z.string(),
    })
    .nullable(),
  /** Keys that are good now. */
  keys: count,
  callsUnderWay: count,
  /** Why it did not come back after a restart; null when it did, or was not meant to. */
  trouble: Failure.nullable(),
})
export type ServeStatus = z.infer<typeof ServeStatus>

export const ServeKey = z.strictObject({
  id: idOf('key'),
  name: z.string(),
  /** The highest label that a request with it may have, and what one has that says nothing. */
  ceiling: Label,
  /** Null = every admitted model. */
  models: z.array(idOf('mdl')).nullable(),
  /** Prompt and completion together; null = no limit. */
  tokensMax: count.nullable(),
  tokensSpent: count,
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  lastUsedAt: time.nullable(),
  isUsable: z.boolean(),
})
export type ServeKey = z.infer<typeof ServeKey>

export const AddServeKey = z.strictObject({
  name: z.string().trim().min(1).max(serveLimits.keyNameCharsMax),
  ceiling: Label,
  models: z.array(idOf('mdl')).min(1).max(serveLimits.modelsMax).nullable().default(null),
  tokensMax: z.int().min(1).max(serveLimits.tokensMax).nullable().default(null),
  expiresAt: time.nullable().default(null),
})

/** The only time that the secret is shown; only a salted hash of it is kept. */
export const ServeKeyAdded = z.strictObject({ key: ServeKey, secret: z.string() })
export type ServeKeyAdded = z.infer<typeof ServeKeyAdded>

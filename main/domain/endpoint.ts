/** Another machine that an administrator allowed this one to ask: where it is, how it is known to be the right one, what it may be given. */
import * as z from 'zod'
import { hasHiddenCharacters } from './hidden-characters.ts'
import { idOf } from './ids.ts'
import { Label } from './label.ts'
import { OutsideTier } from './policy.ts'

export const endpointLimits = {
  endpointsMax: 20,
  certificateCharsMax: 64 * 1024,
  /** Shorter ones could be guessed, and could not be told from other text in what is written down. */
  secretCharsMin: 8,
  secretCharsMax: 4_096,
  modelsMax: 50,
} as const

const count = z.int().min(0)
const Pem = z.string().max(endpointLimits.certificateCharsMax)

export const EndpointModel = z.strictObject({
  /** As the endpoint calls it. */
  name: z.string().min(1).max(200),
  contextTokens: z.int().min(512).max(4_000_000),
  /** Millionths of the site's currency for a million tokens. */
  promptMicros: count,
  completionMicros: count,
})
export type EndpointModel = z.infer<typeof EndpointModel>

/** What an administrator says of it. */
export const EndpointDraft = z.strictObject({
  tier: OutsideTier,
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .refine((name) => !hasHiddenCharacters(name, true), 'has hidden characters'),
  /** Names are never resolved: the address is a literal, and `serverName` is what its certificate must say; null = the address. */
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  serverName: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/)
    .max(253)
    .nullable(),
  /** False speaks plain HTTP, which is allowed to this machine itself alone. */
  isTls: z.boolean(),
  /** Before `/chat/completions`, such as `/v1`. */
  basePath: z
    .string()
    .regex(/^(\/[\w-][\w.-]*)*$/)
    .max(200),
  /** The only authority that is believed. Null with TLS is refused. */
  certificateAuthority: Pem.nullable(),
  clientCertificate: Pem.nullable(),
  models: z.array(EndpointModel).min(1).max(endpointLimits.modelsMax),
  /** The highest label it may be given. */
  clearance: Label,
  /** Time to the first token that is aimed at. */
  firstTokenMsMax: z.int().min(1).max(600_000),
  isEnabled: z.boolean(),
})
export type EndpointDraft = z.infer<typeof EndpointDraft>

/** Everything but the secrets, which lie in the keystore under the endpoint's id. */
export const Endpoint = EndpointDraft.extend({
  id: idOf('end'),
  /** A key that it wants to see is in the keystore. */
  hasSecret: z.boolean(),
  addedAt: count,
  addedBy: z.string().max(256),
})
export type Endpoint = z.infer<typeof Endpoint>

/** What opens an endpoint: a key that is sent with each request, and the private key of the client certificate. */
export const EndpointSecret = z.strictObject({
  bearer: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .min(endpointLimits.secretCharsMin)
    .max(endpointLimits.secretCharsMax)
    .nullable(),
  clientKey: Pem.nullable(),
})
export type EndpointSecret = z.infer<typeof EndpointSecret>

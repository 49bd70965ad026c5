/** Facts about holdings, models and the station itself, outside of any run, in the stream that has the tenant's name. Ids and numbers only, like the events of runs. */
import * as z from 'zod'
import { BodyRef } from './body-ref.ts'
import { Digest } from './digest.ts'
import { driftParts } from './drift.ts'
import { EgressKind, EgressPart, EgressReason } from './egress.ts'
import { LiftableGuardrail } from './exemption.ts'
import { idOf } from './ids.ts'
import { incidentCauses } from './incident.ts'
import { Label } from './label.ts'
import { DualAct, OutsideTier } from './policy.ts'
import { policyFaults } from './policy-faults.ts'
import { PromptLabel, PromptOrigin } from './prompt.ts'
import { RouteAway } from './route-override.ts'
import { ServeEndpoint } from './serve.ts'
import { PaperFormat, paperKinds } from './working-paper.ts'

const count = z.int().min(0)

export const StationEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('station.configured'), ceiling: Label }),
  z.strictObject({ type: z.literal('collection.created'), collectionId: idOf('col') }),
  z.strictObject({ type: z.literal('import.started'), importId: idOf('imp'), files: count }),
  z.strictObject({ type: z.literal('import.finished'), importId: idOf('imp'), isCancelled: z.boolean() }),
  z.strictObject({ type: z.literal('document.added'), documentId: idOf('doc'), importId: idOf('imp'), passages: count }),
  z.strictObject({ type: z.literal('document.refused'), importId: idOf('imp'), ordinal: count, code: z.string().max(80) }),
  z.strictObject({ type: z.literal('document.removed'), documentId: idOf('doc') }),
  /** A document with its passages has another label; lowering is an act of a named person, who says why. */
  z.strictObject({
    type: z.literal('label.changed'),
    documentId: idOf('doc'),
    from: Label,
    to: Label,
    direction: z.enum(['raised', 'lowered']),
    justification: BodyRef.nullable(),
  }),
  /** A collection's floor has another label; raised, it raised so many of its documents. */
  z.strictObject({
    type: z.literal('floor.changed'),
    collectionId: idOf('col'),
    from: Label,
    to: Label,
    direction: z.enum(['raised', 'lowered']),
    justification: BodyRef.nullable(),
    documents: count,
  }),
  /** A person compared the fingerprint of this root. */
  z.strictObject({ type: z.literal('bundle.trusted'), rootVersion: count, root: Digest }),
  z.strictObject({ type: z.literal('bundle.loaded'), bundle: Digest, seq: count, isReload: z.boolean() }),
  z.strictObject({ type: z.literal('bundle.refused'), code: z.string().max(80) }),
  z.strictObject({ type: z.literal('bundle.activated'), bundle: Digest, isRollback: z.boolean() }),
  /** What it brings failed its trial; what served before goes on. */
  z.strictObject({ type: z.literal('bundle.activation_failed'), bundle: Digest, code: z.string().max(80) }),
  /** The documents of a dataset are imported from here on. */
  z.strictObject({ type: z.literal('bundle.imported'), bundle: Digest, artifact: Digest, importId: idOf('imp') }),
  z.strictObject({ type: z.literal('bundle.swept'), releases: count, files: count }),
  z.strictObject({ type: z.literal('model.admitted'), modelId: idOf('mdl') }),
  z.strictObject({ type: z.literal('model.activated'), modelId: idOf('mdl') }),
  z.strictObject({ type: z.literal('model.verified'), modelId: idOf('mdl'), isUnchanged: z.boolean() }),
  /** A person lifted a guardrail until `expiresAtMs`; why is a body. */
  z.strictObject({
    type: z.literal('exemption.granted'),
    exemptionId: idOf('exm'),
    guardrail: LiftableGuardrail,
    justification: BodyRef,
    atMs: count,
    expiresAtMs: count,
  }),
  z.strictObject({ type: z.literal('exemption.ended'), exemptionId: idOf('exm'), atMs: count }),
  /** What agents or prompts are from now on; `digest` is over the digests of all of them. */
  z.strictObject({ type: z.literal('drift.recorded'), part: z.enum(['agents', 'prompts']), digest: Digest, items: count, atMs: count }),
  /** What lies here is not what was signed, admitted or loaded; nothing of it = it is again. */
  z.strictObject({ type: z.literal('drift.found'), part: z.enum(driftParts), changed: count, missing: count, added: count, atMs: count }),
  /** Something went wrong that a person should explain: an agent, a tool or a tier by its name. */
  z.strictObject({
    type: z.literal('incident.opened'),
    incidentId: idOf('inc'),
    cause: z.enum(incidentCauses),
    subject: z.string().max(64),
    runId: idOf('run').nullable(),
    atMs: count,
  }),
  z.strictObject({ type: z.literal('incident.closed'), incidentId: idOf('inc'), reason: BodyRef, atMs: count }),
  /** What all runs together may spend; null = no limit. */
  z.strictObject({
    type: z.literal('quota.changed'),
    tokensMax: count.nullable(),
    costMicrosMax: count.nullable(),
    concurrentRunsMax: count.nullable(),
  }),
  /** In how many minutes of the week people answer. */
  z.strictObject({ type: z.literal('attended.changed'), minutes: count }),
  /** Another machine that may be asked: what was said of it is a body. */
  z.strictObject({ type: z.literal('tier.added'), endpointId: idOf('end'), tier: OutsideTier, description: BodyRef, atMs: count }),
  z.strictObject({ type: z.literal('tier.changed'), endpointId: idOf('end'), tier: OutsideTier, description: BodyRef, atMs: count }),
  z.strictObject({ type: z.literal('tier.removed'), endpointId: idOf('end'), atMs: count }),
  /** Which keys of it are kept now. */
  z.strictObject({
    type: z.literal('tier.secret_changed'),
    endpointId: idOf('end'),
    hasBearer: z.boolean(),
    hasClientKey: z.boolean(),
    atMs: count,
  }),
  /** `code` is null when it answered well. */
  z.strictObject({
    type: z.literal('tier.tested'),
    endpointId: idOf('end'),
    code: z.string().max(80).nullable(),
    firstTokenMs: z.number().min(0).nullable(),
    atMs: count,
  }),
  /** A person keeps tasks away from there until `expiresAtMs`; why is a body. */
  z.strictObject({
    type: z.literal('route.overridden'),
    overrideId: idOf('rov'),
    away: RouteAway,
    runId: idOf('run').nullable(),
    justification: BodyRef,
    atMs: count,
    expiresAtMs: count,
  }),
  /** Which policy took the place of the one before, and which key had signed it. */
  z.strictObject({
    type: z.literal('policy.loaded'),
    version: z.int().min(1),
    digest: Digest,
    keyId: z.string().max(16),
    keyDigest: Digest,
    atMs: count,
  }),
  z.strictObject({ type: z.literal('policy.refused'), code: z.string().max(80), atMs: count }),
  /** What lies here is not what was loaded; no faults = it is again. */
  z.strictObject({ type: z.literal('policy.drifted'), version: count, faults: z.array(z.enum(policyFaults)).max(20), atMs: count }),
  /** A version of a prompt; its words are a body. */
  z.strictObject({
    type: z.literal('prompt.published'),
    promptId: idOf('prm'),
    version: z.int().min(1),
    origin: PromptOrigin,
    text: BodyRef,
    atMs: count,
  }),
  /** This version is what the label means from now on. */
  z.strictObject({ type: z.literal('prompt.labelled'), promptId: idOf('prm'), label: PromptLabel, atMs: count }),
  /** A person asked for an act that another must confirm; what exactly is a body. */
  z.strictObject({
    type: z.literal('act.requested'),
    actId: idOf('act'),
    act: DualAct,
    call: z.string().max(80),
    arguments: BodyRef,
    atMs: count,
    expiresAtMs: count,
  }),
  z.strictObject({ type: z.literal('act.confirmed'), actId: idOf('act'), atMs: count }),
  z.strictObject({ type: z.literal('act.rejected'), actId: idOf('act'), reason: BodyRef, atMs: count }),
  z.strictObject({ type: z.literal('act.expired'), actId: idOf('act'), atMs: count }),
  /** What was confirmed was done, or `code` says what hindered it. */
  z.strictObject({ type: z.literal('act.ended'), actId: idOf('act'), code: z.string().max(80).nullable(), atMs: count }),
  z.strictObject({ type: z.literal('core.started'), boot: idOf('boot') }),
  z.strictObject({ type: z.literal('core.stopped'), boot: idOf('boot') }),
  /** `call` is a name of the contract, or `unknown`; `count` says how often since the last such event. */
  z.strictObject({ type: z.literal('call.denied'), call: z.string().max(80), code: z.string().max(80), count }),
  /** Searches of a moment are told together. */
  z.strictObject({ type: z.literal('search.made'), searches: count, hits: count }),
  z.strictObject({ type: z.literal('document.viewed'), documentId: idOf('doc') }),
  /** `runId` is null for the log itself. */
  z.strictObject({
    type: z.literal('export.made'),
    kind: z.enum(['audit', 'run', 'egress', ...paperKinds]),
    runId: idOf('run').nullable(),
    /** Of papers. */
    conversationId: idOf('cnv').optional(),
    missionId: idOf('msn').optional(),
    format: PaperFormat.optional(),
  }),
  /** Who answers for classified papers was said anew. */
  z.strictObject({ type: z.literal('authority.changed') }),
  /** A person answered for what a run says; it stands for this label. */
  z.strictObject({ type: z.literal('answer.released'), runId: idOf('run'), label: Label, reason: BodyRef, atMs: count }),
  /** Programs elsewhere may use the models here from now on, at this address. */
  z.strictObject({
    type: z.literal('serve.opened'),
    address: z.union([z.ipv4(), z.ipv6()]),
    port: count,
    isTls: z.boolean(),
    asksClientCertificate: z.boolean(),
    isPersistent: z.boolean(),
  }),
  z.strictObject({ type: z.literal('serve.closed') }),
  z.strictObject({
    type: z.literal('serve.key_added'),
    keyId: idOf('key'),
    ceiling: Label,
    models: z.array(idOf('mdl')).nullable(),
    tokensMax: count.nullable(),
    expiresAtMs: count.nullable(),
  }),
  z.strictObject({ type: z.literal('serve.key_revoked'), keyId: idOf('key') }),
  /** A call with a good key; the row's label is that of the request. `code` says why it failed; `count` how many alike are told together. */
  z.strictObject({
    type: z.literal('serve.called'),
    keyId: idOf('key'),
    endpoint: ServeEndpoint,
    modelId: idOf('mdl').nullable(),
    promptTokens: count,
    completionTokens: count,
    status: z.int().min(100).max(599),
    code: z.string().max(80).nullable(),
    count: z.int().min(1),
  }),
  /** A call that was turned away before anything was evaluated; `keyId` is null where no key was good. */
  z.strictObject({ type: z.literal('serve.denied'), keyId: idOf('key').nullable(), code: z.string().max(80), count }),
  z.strictObject({ type: z.literal('backup.made'), events: count }),
  /** A backup with `events` events took the place of a log that had come to `before`. */
  z.strictObject({ type: z.literal('store.restored'), events: count, before: count }),
  z.strictObject({ type: z.literal('audit.verified'), events: count }),
  /** A connection was let through, or a server; `entry` is its row in the egress ledger, `destination` a salted commitment to what it says. */
  z.strictObject({
    type: z.literal('egress.allowed'),
    entry: count,
    part: EgressPart,
    kind: EgressKind,
    destination: Digest,
    digest: Digest.nullable(),
    runId: idOf('run').nullable(),
    stepId: idOf('stp').nullable(),
  }),
  /** `count` says how often since the last such event; `entry` is 0 where the ledger could not be written. */
  z.strictObject({
    type: z.literal('egress.denied'),
    entry: count,
    part: EgressPart,
    kind: EgressKind,
    reason: EgressReason,
    destination: Digest,
    count,
  }),
  /** The self-test planted attempts; fewer caught than planted means that the guard has a hole. */
  z.strictObject({ type: z.literal('egress.tested'), planted: count, caught: count }),
  z.strictObject({ type: z.literal('audit.failed'), kind: z.string().max(40), seq: z.int() }),
])
export type StationEvent = z.infer<typeof StationEvent>

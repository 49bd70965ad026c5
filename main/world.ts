/** The seams: what the core needs of the outside, as types only. `app.ts` puts the real parts in; tests may put others. Anyone may import these types. */

import type { DataSources } from './domain/data-sources.ts'
import type { Digest } from './domain/digest.ts'
import type { MissingPart, ParsedDocument } from './domain/document.ts'
import type { EgressAttempt, EgressPart } from './domain/egress.ts'
import type { IdKind } from './domain/ids.ts'
import type { Label } from './domain/label.ts'
import type { Result } from './domain/result.ts'
import type { RouteDecision, RouteTask } from './domain/route.ts'
import type { ServePlace } from './domain/serve.ts'

/** Milliseconds since 1970, as this machine believes them. Order never rests on it; sequence numbers do that. */
export type Clock = () => number

export type NewId = (kind: IdKind) => string

/** Called at every durable boundary with its name. Does nothing in the product; tests end the process here. */
export type Failpoint = (name: string) => void

/** Absolute paths inside the data folder. Only these are ever written. */
export interface Paths {
  readonly data: string
  readonly database: string
  readonly lockDatabase: string
  /** Content-addressed bodies too large for the database. */
  readonly blobs: string
  readonly models: string
  readonly vectors: string
  readonly uploads: string
  /** Agents of the site: one YAML file each. */
  readonly agents: string
  /** A folder per run for the files it writes. */
  readonly runs: string
  readonly logs: string
  /** The key that signs the audit log, and its public half. */
  readonly keys: string
  /** How far the audit log had come, outside of the database. */
  readonly auditMark: string
  /** What the last verification of the audit log found. */
  readonly auditVerdict: string
  readonly exports: string
  /** What came across the gap: what is on its way in, verified files, and the bundles that they belong to. */
  readonly airgap: string
  /** Verified copies of the database. */
  readonly backups: string
  /** Where a damaged database is moved when a backup takes its place. */
  readonly damaged: string
  /** Which child processes run, for a core that starts after a crash. */
  readonly children: string
  /** The core's local socket: a Unix socket with a short hashed path, or a named pipe. */
  readonly socket: string
}

/** Progress of long work: `done` of `total` units; `total` is null while it is unknown. */
export type OnProgress = (done: number, total: number | null) => void

export interface ChildSpec {
  /** Which part of the product it is, in messages and in the egress ledger. */
  readonly name: EgressPart
  /** Absolute path of the module to run; its extension follows that of the importing module. */
  readonly entry: string
  readonly args?: readonly string[]
  /** The child is ended when its resident size passes this. */
  readonly residentBytesMax: number
  /** A file descriptor of the core that the child gets as `inheritedDescriptor`. */
  readonly inheritDescriptor?: number
  /** Folders that the child may read; the file system is closed to it otherwise. Undefined = no permission model. */
  readonly readable?: readonly string[]
  /** Put the child in an empty network namespace where the system allows one. */
  readonly isolateNetwork: boolean
  /** Environment on top of an empty one; nothing is inherited but PATH, HOME, LANG, TZ and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>
}

/** Why a child is gone. `memory`: it passed its limit; `deadline`: a request took too long; `crash`: a signal or a non-zero exit. */
export type ChildEnd = 'closed' | 'memory' | 'deadline' | 'crash'

export interface ChildRequest {
  readonly message: unknown
  /** Ends the child when no message at all has come from it for this long. */
  readonly silenceMsMax: number
  /** Ends the child when the reply has not come by then. */
  readonly deadlineMs: number
  readonly onEvent?: (event: unknown) => void
  /** Aborting sends the child `{cancel}`; when it has not replied 1 s later it is ended. */
  readonly signal?: AbortSignal
}

/** A running child. `request` never rejects: a dead child is a failure with code `child.memory`, `child.deadline`, `child.crash` or `child.cancelled`. */
export interface Child {
  readonly pid: number
  request(request: ChildRequest): Promise<Result<unknown>>
  readonly ended: Promise<ChildEnd>
  close(): Promise<void>
}

export interface ChildHost {
  start(spec: ChildSpec): Child
  /** Ends every child and waits until they are gone. */
  close(): Promise<void>
}

export interface ParseRequest {
  /** Absolute path. It is opened once, without following links; the parser gets its bytes alone. */
  readonly path: string
  /** The name the user knows; only its extension is used. */
  readonly fileName: string
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Reads one file in a throw-away process. A hostile or broken file is a failure with a code, never an exception. */
export interface DocumentParser {
  parse(request: ParseRequest): Promise<Result<ParsedDocument>>
  close(): Promise<void>
}

/** Turns text into unit vectors. A document's vector depends on its own text and the embedder alone. */
export interface Embedder {
  /** Model hash, pooling and prefixes in one string: vectors of different keys are never compared. */
  readonly key: string
  readonly dimensions: number
  /** Shown to people: `built-in`, or the model's name. */
  readonly name: string
  embedPassages(texts: readonly string[], signal?: AbortSignal): Promise<Result<readonly Float32Array[]>>
  /** `rarity` gives the inverse document frequency of a stemmed term in the holdings; weights belong on the query side only. */
  embedQuery(text: string, rarity: (term: string) => number): Promise<Result<Float32Array>>
}

export interface VectorRow {
  /** The passage's row number in SQLite. */
  readonly passage: number
  readonly document: number
  readonly collection: number
  readonly label: number
  readonly vector: Float32Array
}

/** Null = no restriction on that column. Filters hold before ranking: k results come back when k rows pass. */
export interface VectorFilter {
  readonly collections: readonly number[] | null
  readonly labels: readonly number[] | null
  /** An index knows no names: where this is given, the store itself searches. */
  readonly sources?: DataSources | null
}

export interface VectorHit {
  readonly passage: number
  /** Cosine similarity, −1 to 1. Ties are ordered by passage. */
  readonly similarity: number
}

/** An index that can be thrown away and rebuilt at any time. A failure means: fall back to exact search in SQLite, and say so. */
export interface VectorIndex {
  /** `checksum` is the sum of (passage × 31 + collection) × 31 + label over all rows: it tells whether the rows are still those of SQLite. */
  open(embedderKey: string, dimensions: number): Promise<Result<{ readonly rows: number; readonly checksum: number }>>
  add(rows: readonly VectorRow[]): Promise<Result<null>>
  removeDocuments(documents: readonly number[]): Promise<Result<null>>
  search(vector: Float32Array, count: number, filter: VectorFilter): Promise<Result<readonly VectorHit[]>>
  /** Compacts fragments and drops old versions; called when idle. */
  optimise(): Promise<Result<null>>
  /** Deletes everything of this embedder. */
  clear(): Promise<Result<null>>
  close(): Promise<void>
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly text: string
}

export interface ChatRequest {
  readonly modelId: string
  readonly messages: readonly ChatMessage[]
  /** A JSON schema of our own, or narrowed by us; the output is forced to it by a grammar. Null leaves the text free. */
  readonly schema: unknown
  /** The text ends before the first of these. */
  readonly stop?: readonly string[]
  /** Share of probability that is sampled from, instead of the usual cut. */
  readonly topP?: number
  /** Told before the prompt is evaluated; a failure ends the call there. */
  readonly onPrompt?: (prompt: { readonly tokens: number; readonly contextTokens: number }) => Result<null>
  /** Whose prompt it is: what was evaluated for one owner is never reused for another, who could tell by it what was asked. */
  readonly owner?: string
  /** Work that no person waits for: it lets waiting people go first. */
  readonly isBackground?: boolean
  readonly tokensMax: number
  readonly seed: number
  readonly temperature: number
  /** Each new piece of text as it is sampled. */
  readonly onText?: (text: string) => void
  readonly signal?: AbortSignal
}

export interface ChatReply {
  readonly text: string
  readonly stop: 'end' | 'length' | 'cancelled'
  readonly device: string
  readonly promptTokens: number
  readonly reusedTokens: number
  readonly completionTokens: number
  readonly contextTokens: number
  readonly firstTokenMs: number
  readonly totalMs: number
}

export interface EmbedRequest {
  readonly modelId: string
  readonly texts: readonly string[]
  readonly isBackground?: boolean
  /** Refuses a text that is longer than the model's context, which is otherwise cut at its end. */
  readonly isWhole?: boolean
  readonly signal?: AbortSignal
}

export interface EmbedReply {
  /** Of unit length, in the order of the texts. */
  readonly vectors: readonly Float32Array[]
  /** Of all texts. */
  readonly tokens: number
}

/** llama.cpp in its own process. Crash, hang or out-of-memory fails that call; the process is restarted, and a breaker opens after three. */
export interface Inference {
  chat(request: ChatRequest): Promise<Result<ChatReply>>
  /** Tokens of the rendered prompt, counted by the serving model's own tokenizer and chat template; and of each of these texts by itself. */
  countTokens(
    modelId: string,
    messages: readonly ChatMessage[],
    pieces?: readonly string[],
  ): Promise<Result<{ readonly tokens: number; readonly contextTokens: number; readonly pieces?: readonly number[] }>>
  embed(request: EmbedRequest): Promise<Result<EmbedReply>>
  close(): Promise<void>
}

/** One other address, and what the ledger says of what goes there. */
export interface EgressTarget {
  /** An IP literal; names are never resolved. */
  readonly host: string
  readonly port: number
  readonly part: EgressPart
  /** Of what will be sent. */
  readonly digest?: Digest
  readonly runId?: string
  readonly stepId?: string
}

/** Keeps the record of what the guard saw. */
export interface EgressRecorder {
  /**
   * Called before a connection is made, or a server listens. It must have written the row when it returns; when it throws, nothing goes.
   * What it returns is told, once, how many bytes went when the connection has ended.
   */
  allowed(attempt: EgressAttempt): (bytes: { readonly bytesOut: number; readonly bytesIn: number }) => void
  /** Must not throw. Floods arrive as counts. */
  denied(attempt: EgressAttempt): void
}

/**
 * The only way past the guard. A permit holds within the asynchronous context of `work` and ends with it: connections that are still
 * open then are destroyed, so that no pool carries one out. Both reject with `EgressDenied` (code `egress.denied`), and `work` is not
 * begun, for anything but an IP literal and a port. Inside of another permit, the inner one alone holds.
 */
export interface EgressPermits {
  /** Lets TCP connections to exactly this address and port through. */
  permitEgress<T>(to: EgressTarget, work: () => Promise<T>): Promise<T>
  /** Lets a server listen on exactly this address and port. Loopback needs no permit. A server that listens stays the caller's to close. */
  permitListen<T>(at: Pick<EgressTarget, 'host' | 'port' | 'part'>, work: () => Promise<T>): Promise<T>
}

/** A request to another machine, whole: what a person is shown is byte for byte what is sent. */
export interface OutsideRequest {
  readonly endpointId: string
  readonly model: string
  /** The exact JSON body. */
  readonly body: string
  /** Of the body. */
  readonly digest: Digest
  /** What it may use and cost at most: an answer that says more is not charged for more. */
  readonly reserved: { readonly promptTokens: number; readonly completionTokens: number; readonly costMicros: number }
}

export type OutsideTask = Pick<ChatRequest, 'messages' | 'schema' | 'tokensMax' | 'seed' | 'temperature'> & {
  /** Texts at which the answer ends. */
  readonly stop?: readonly string[]
}

/** That these very bytes may go to this very endpoint: an approval, or a permission of the policy, on record under `stepId`. */
export interface CrossingReceipt {
  readonly runId: string
  readonly stepId: string
  readonly endpointId: string
  readonly digest: Digest
  /** Of everything in the request. */
  readonly label: Label
}

export interface OutsideReply {
  readonly text: string
  readonly stop: 'end' | 'length'
  /** `datacenter: NAME (model)`. */
  readonly device: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costMicros: number
  readonly firstTokenMs: number | null
  readonly totalMs: number
  /** What the endpoint says of its answer; null when it says nothing. Untrusted: it can only raise. */
  readonly label: Label | null
}

/** The tiers outside of this machine. Every failure leaves the edge as it was. */
export interface Outside {
  /** Deterministic and without IO: from what is in memory. */
  decide(task: RouteTask): RouteDecision
  compose(endpointId: string, model: string, task: OutsideTask): Result<OutsideRequest>
  /** Refuses with `crossing.no_receipt` unless the receipt is for exactly this request. */
  send(
    request: OutsideRequest,
    receipt: CrossingReceipt,
    options: { readonly onText?: (text: string) => void; readonly signal?: AbortSignal },
  ): Promise<Result<OutsideReply>>
}

/** The door for programs elsewhere while it is open. */
export interface ServeOpening {
  /** The base that a client is given: `http://127.0.0.1:PORT/v1`. */
  readonly url: string
  readonly address: string
  readonly port: number
  readonly isTls: boolean
  readonly asksClientCertificate: boolean
  readonly certificateExpiresAt: number | null
}

/** Offers the models here to programs with a key, by the OpenAI protocol. It listens nowhere until it is opened. */
export interface ServeDoor {
  open(place: ServePlace): Promise<Result<ServeOpening>>
  /** Ends every call under way. */
  close(): Promise<void>
  callsUnderWay(): number
}

export type { MissingPart, ParsedDocument }

/** A door for programs elsewhere over a model that says what a test tells it to. Everything between the socket and that model is the real thing. */
import { once } from 'node:events'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { labelFromName } from '../../main/domain/label.ts'
import { ok, type Result } from '../../main/domain/result.ts'
import type { ServePlace } from '../../main/domain/serve.ts'
import type { Admission, KnownKey, Outcome, ServeCore, ServedModel } from '../../main/serve/core.ts'
import { type Limits, limits } from '../../main/serve/limits.ts'
import { createServeDoor } from '../../main/serve/server.ts'
import type { ChatReply, ChatRequest, EmbedReply, EmbedRequest, ServeDoor, ServeOpening } from '../../main/world.ts'
import { testId } from './test-core.ts'

export const goodKey = 'key_good.secret'
export const servedModels: readonly ServedModel[] = [
  {
    id: testId('mdl', 1),
    name: 'writer',
    role: 'chat',
    levels: ['unclassified', 'secret'],
    contextTokens: 1_000,
    admittedAt: 1_000,
    fingerprint: 'aa',
  },
  {
    id: testId('mdl', 2),
    name: 'vectors',
    role: 'embed',
    levels: ['unclassified'],
    contextTokens: 512,
    admittedAt: 2_000,
    fingerprint: 'bb',
  },
]

export interface TestDoor {
  readonly door: ServeDoor
  readonly opening: ServeOpening
  readonly keys: Map<string, KnownKey>
  /** What went on record, oldest first. */
  readonly record: unknown[]
  readonly asked: ChatRequest[]
  readonly embedded: EmbedRequest[]
  readonly defects: unknown[]
  isReadOnly: boolean
  /** How long a call waits for its turn. */
  waitMs: number
  quotaTokens: number
  contextTokens: number
  /** What the model does; by default it says `yes`. */
  onChat: (request: ChatRequest) => Promise<Result<ChatReply>>
  onEmbed: (request: EmbedRequest) => Promise<Result<EmbedReply>>
  ask(options: AskOptions): Promise<Answer>
  /** Sends bytes as they are, and resolves with what came until the socket was closed. */
  raw(bytes: string | Buffer): Promise<string>
}

export interface AskOptions extends RequestOptions {
  readonly body?: unknown
  readonly key?: string | null
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly code: string | null
}

const codeIn = (body: string): string | null => {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? null
  } catch {
    return null
  }
}

export const reply = (said: string, more: Partial<ChatReply> = {}): Result<ChatReply> =>
  ok({
    ...{ text: said, stop: 'end', device: 'script', promptTokens: 10, reusedTokens: 0, completionTokens: 5, contextTokens: 1_000 },
    ...{ firstTokenMs: 1, totalMs: 2, ...more },
  })

const own: ServePlace = { address: '127.0.0.1', port: 0, tls: null }

/** Closed after the test file. */
export async function openTestDoor(changed: Partial<Limits> = {}, place: ServePlace = own): Promise<TestDoor> {
  const unclassified = labelFromName('unclassified')
  const keys = new Map<string, KnownKey>([
    [goodKey, { id: testId('key', 1), ceiling: unclassified, models: null, expiresAt: null, revokedAt: null }],
  ])
  const record: unknown[] = []
  const asked: ChatRequest[] = []
  const embedded: EmbedRequest[] = []
  const defects: unknown[] = []
  const admitted = new Map<number, Admission>()
  const core: ServeCore = {
    clock: Date.now,
    isReadOnly: () => test.isReadOnly,
    models: async () => servedModels,
    ceiling: () => labelFromName('secret'),
    keyOf: (shown) => keys.get(shown) ?? null,
    begin: (call) => {
      if (call.promptTokens + call.completionTokens > test.quotaTokens) return null
      admitted.set(admitted.size + 1, call)
      return admitted.size
    },
    end: (callId, outcome: Outcome) => record.push({ did: admitted.get(callId)?.endpoint, label: admitted.get(callId)?.label, ...outcome }),
    called: (keyId, endpoint, status, code) => record.push({ called: endpoint, keyId, status, code }),
    denied: (keyId, code) => record.push({ denied: code, keyId }),
    onDefect: (error) => defects.push(error),
    inference: {
      chat: async (wanted) => {
        asked.push(wanted)
        if (test.waitMs > 0) await wait(test.waitMs)
        const told = wanted.onPrompt?.({ tokens: 10, contextTokens: test.contextTokens })
        return told?.ok === false ? told : test.onChat(wanted)
      },
      embed: async (wanted) => {
        embedded.push(wanted)
        return test.onEmbed(wanted)
      },
    },
  }
  const door = createServeDoor({ core, permitListen: (_at, work) => work(), limits: { ...limits, ...changed } })
  const opened = await door.open(place)
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`)
  afterAll(() => door.close())
  const { port, address } = opened.value

  const ask = async ({ body, key = goodKey, headers, ...options }: AskOptions): Promise<Answer> => {
    const sent = body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const asking = request({
      ...{ host: address, port, method: sent === undefined ? 'GET' : 'POST', agent: false, ...options },
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    asking.end(sent)
    const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage]
    const got = await text(response)
    return { status: response.statusCode ?? 0, headers: response.headers, text: got, code: codeIn(got) }
  }
  const test: TestDoor = {
    ...{ door, opening: opened.value, keys, record, asked, embedded, defects, ask },
    isReadOnly: false,
    waitMs: 0,
    quotaTokens: 100_000,
    contextTokens: 1_000,
    onChat: async ({ onText }) => {
      onText?.('yes')
      return reply('yes')
    },
    onEmbed: async ({ texts }) => ok({ vectors: texts.map((_text, i) => Float32Array.of(i, 0.5)), tokens: texts.length }),
    raw: async (bytes) => {
      const socket = connect(port, address)
      const chunks: Buffer[] = []
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', () => undefined)
      socket.write(bytes)
      await once(socket, 'close')
      return Buffer.concat(chunks).toString()
    },
  }
  return test
}

export const chatBody = (more: Readonly<Record<string, unknown>> = {}) => ({
  model: 'writer',
  messages: [{ role: 'user', content: 'Is it so?' }],
  ...more,
})

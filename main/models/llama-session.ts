/**
 * The core's end of one inference process that holds one model: starts it, loads, asks, and parses what comes back. It never
 * restarts anything.
 */
import type { FileHandle } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type * as z from 'zod'
import { inheritedDescriptor } from '../child-main.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ChatMessage, Child, ChildHost, ChildRequest } from '../world.ts'
import {
  type Backend,
  EmbedReply,
  type EmbedRequest,
  GenerateReply,
  type GenerateRequest,
  LlamaEvent,
  type LlamaRequest,
  LoadReply,
  RenderReply,
} from './llama-protocol.ts'

export const sessionLimits = {
  loadDeadlineMs: 600_000,
  loadSilenceMs: 120_000,
  /** A chat template runs inside this: one that loops is ended. */
  renderDeadlineMs: 5_000,
  generateDeadlineMs: 1_800_000,
  generateSilenceMs: 60_000,
  embedDeadlineMs: 1_800_000,
  embedSilenceMs: 60_000,
  /** Beside the weights, which count as resident once they were read. */
  residentOverheadBytes: 3 * 1024 * 1024 * 1024,
} as const

export interface SessionSpec {
  readonly file: string
  /** The verified file, open; it is closed here once the process has it. */
  readonly handle: FileHandle
  readonly role: 'chat' | 'embed'
  readonly contextTokens: number
  readonly neededBytes: number
  readonly backend: Backend
  readonly threads: number
}

export interface Session {
  readonly child: Child
  readonly info: LoadReply
  render(messages: readonly ChatMessage[], pieces?: readonly string[]): Promise<Result<RenderReply>>
  generate(request: Omit<GenerateRequest, 'do'>, onText?: (text: string) => void, signal?: AbortSignal): Promise<Result<GenerateReply>>
  embed(request: Omit<EmbedRequest, 'do'>, signal?: AbortSignal): Promise<Result<EmbedReply>>
  close(): Promise<void>
}

const entry = join(import.meta.dirname, `llama-child${extname(import.meta.filename)}`)

function parsed<T>(schema: z.ZodType<T>, reply: Result<unknown>): Result<T> {
  if (!reply.ok) return reply
  const value = schema.safeParse(reply.value)
  return value.success
    ? ok(value.data)
    : fail(
        'model.garbage',
        'The inference process answered with something else than was asked.',
        'Try again; verify the model if it happens again.',
      )
}

/** Starts a process and loads the model in it. On failure the process is gone when this returns. */
export async function openSession(childHost: ChildHost, spec: SessionSpec, signal?: AbortSignal): Promise<Result<Session>> {
  const child = childHost.start({
    name: 'inference',
    entry,
    residentBytesMax: spec.neededBytes + sessionLimits.residentOverheadBytes,
    inheritDescriptor: spec.handle.fd,
    isolateNetwork: true,
  })
  const ask = async <T>(
    schema: z.ZodType<T>,
    message: LlamaRequest,
    limits: { readonly deadlineMs: number; readonly silenceMsMax: number },
    more: Pick<ChildRequest, 'onEvent' | 'signal'> = {},
  ): Promise<Result<T>> => parsed(schema, await child.request({ message, ...limits, ...more }))

  const { role, contextTokens, backend, threads } = spec
  // The descriptor names the very file that was verified, whatever lies under its path by now.
  const file = process.platform === 'linux' ? `/proc/self/fd/${inheritedDescriptor}` : spec.file
  const loaded = await ask(
    LoadReply,
    { do: 'load', file, role, contextTokens, backend, threads },
    { deadlineMs: sessionLimits.loadDeadlineMs, silenceMsMax: sessionLimits.loadSilenceMs },
    signal === undefined ? {} : { signal },
  )
  await spec.handle.close()
  if (!loaded.ok) {
    await child.close()
    return loaded
  }
  return ok({
    child,
    info: loaded.value,
    render: (messages, pieces = []) =>
      ask(
        RenderReply,
        { do: 'render', messages, pieces },
        { deadlineMs: sessionLimits.renderDeadlineMs, silenceMsMax: sessionLimits.renderDeadlineMs },
      ),
    generate: (request, onText, generateSignal) =>
      ask(
        GenerateReply,
        { do: 'generate', ...request },
        { deadlineMs: sessionLimits.generateDeadlineMs, silenceMsMax: sessionLimits.generateSilenceMs },
        {
          onEvent: (event) => {
            const known = LlamaEvent.safeParse(event)
            if (known.success && 'text' in known.data) onText?.(known.data.text)
          },
          ...(generateSignal === undefined ? {} : { signal: generateSignal }),
        },
      ),
    embed: (request, embedSignal) =>
      ask(
        EmbedReply,
        { do: 'embed', ...request },
        { deadlineMs: sessionLimits.embedDeadlineMs, silenceMsMax: sessionLimits.embedSilenceMs },
        embedSignal === undefined ? {} : { signal: embedSignal },
      ),
    close: () => child.close(),
  })
}

/**
 * Inference as the rest of the core sees it: llama.cpp in processes of its own, one per role, each serving one call at a time. A
 * crash is that call's failure and nothing more.
 */
import type { FileHandle } from 'node:fs/promises'
import { freemem } from 'node:os'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ChatReply, ChatRequest, ChildHost, Clock, Inference } from '../world.ts'
import { fitContext, fitLimits, type ModelSize } from './fit.ts'
import { chooseThreads } from './free-cores.ts'
import type { Backend } from './llama-protocol.ts'
import { createSlot, type LoadPlan, type Slot, type SlotHealth } from './llama-slot.ts'
import { grammarOf } from './schema-grammar.ts'

/** An admitted model whose file is what was admitted. */
export interface LoadableModel extends ModelSize {
  readonly file: string
  /** The file as it was verified, open. Whoever gets it closes it; the process that loads it reads this file and no other of that name. */
  readonly handle: FileHandle
  readonly role: 'chat' | 'embed'
}

export interface InferenceOptions {
  readonly childHost: ChildHost
  readonly clock: Clock
  /** Refuses what is not admitted, missing or changed. Asked before each load. */
  readonly resolveModel: (modelId: string) => Promise<Result<LoadableModel>>
  /** Null measures the free cores before each load. */
  readonly threads: number | null
  /** The backend that was probed to work here with this model. */
  readonly backend: (modelId: string) => Promise<Backend>
  readonly contextTokensMax?: number
  /** Bytes of memory that a new process may still take. */
  readonly freeBytes?: () => number
}

export interface InferenceHost extends Inference {
  health(): { readonly chat: SlotHealth; readonly embed: SlotHealth }
}

/** What the machine has free, within what this process may take at all. A container's page cache counts as free: it gives way. */
function freeMemory(): number {
  const limit = process.constrainedMemory()
  return Math.min(freemem(), limit > 0 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY)
}

const cancelled = fail('child.cancelled', 'The work was cancelled.', 'Start it again when you want it.')

/** Work without an owner of its own. */
const station = 'station'

export function createInference(options: InferenceOptions): InferenceHost {
  const freeBytes = options.freeBytes ?? freeMemory

  const planFor =
    (role: 'chat' | 'embed') =>
    async (modelId: string, faultsInRow: number): Promise<Result<LoadPlan>> => {
      const probed = await options.backend(modelId)
      // A driver that worked when it was probed may fail later; the processor is tried before the model is given up.
      const backend = faultsInRow > 0 ? 'cpu' : probed
      const threads = await chooseThreads(options.threads)
      const model = await options.resolveModel(modelId)
      if (!model.ok) return model
      const { file, handle } = model.value
      const contextTokensMax = Math.min(options.contextTokensMax ?? fitLimits.contextTokensMax, fitLimits.roleContextTokensMax[role])
      const planned =
        model.value.role === role
          ? fitContext(model.value, contextTokensMax, freeBytes())
          : fail('model.wrong_role', `The model serves ${model.value.role}, not ${role}.`, 'Choose another model for this.')
      if (!planned.ok) {
        await handle.close()
        return planned
      }
      const { contextTokens, neededBytes } = planned.value
      const notes =
        backend === probed ? planned.value.notes : [...planned.value.notes, `The ${probed} backend failed; the processor is used.`]
      return ok({ spec: { file, handle, role, contextTokens, neededBytes, backend, threads }, notes })
    }

  const slots: Readonly<Record<'chat' | 'embed', Slot>> = {
    chat: createSlot(options.childHost, planFor('chat'), options.clock),
    embed: createSlot(options.childHost, planFor('embed'), options.clock),
  }

  const answer = (request: ChatRequest, grammar: string | null): Promise<Result<ChatReply>> =>
    slots.chat.use(request.modelId, async (session) => {
      const rendered = await session.render(request.messages)
      if (!rendered.ok) return rendered
      const { prompt, tokens } = rendered.value
      const { device, contextTokens } = session.info
      const told = request.onPrompt?.({ tokens, contextTokens })
      if (told?.ok === false) return told
      const { tokensMax, seed, temperature, topP = null, stop = [], owner = station, onText, signal } = request
      const reply = await session.generate({ prompt, owner, grammar, tokensMax, seed, temperature, topP, stop }, onText, signal)
      return reply.ok ? ok({ ...reply.value, device, contextTokens }) : reply
    })

  return {
    chat: async (request) => {
      const grammar = request.schema === null ? ok(null) : grammarOf(request.schema)
      if (!grammar.ok) return grammar
      return (await slots.chat.queue.run(request.isBackground ?? false, request.signal, () => answer(request, grammar.value))) ?? cancelled
    },
    countTokens: async (modelId, messages, pieces = []) => {
      const count = () =>
        slots.chat.use(modelId, async (session) => {
          const rendered = await session.render(messages, pieces)
          if (!rendered.ok) return rendered
          const { tokens, pieces: counted } = rendered.value
          return ok({ tokens, contextTokens: session.info.contextTokens, pieces: counted })
        })
      // Another model would take the place of the one that is writing: it waits for its turn.
      const loaded = slots.chat.health().modelId
      return loaded === null || loaded === modelId ? count() : ((await slots.chat.queue.run(false, undefined, count)) ?? cancelled)
    },
    embed: async ({ modelId, texts, isBackground = false, isWhole = false, signal }) => {
      const work = () =>
        slots.embed.use(modelId, async (session) => {
          const reply = await session.embed({ texts, isWhole }, signal)
          // A cancelled batch comes back short, and is no batch.
          return reply.ok && reply.value.vectors.length !== texts.length ? cancelled : reply
        })
      return (await slots.embed.queue.run(isBackground, signal, work)) ?? cancelled
    },
    health: () => ({ chat: slots.chat.health(), embed: slots.embed.health() }),
    close: async () => {
      await Promise.all([slots.chat.close(), slots.embed.close()])
    },
  }
}

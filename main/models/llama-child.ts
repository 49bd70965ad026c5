/**
 * The inference process: one model, loaded once, serving chat or embedding until the core is gone. It may crash, hang or run out of
 * memory; nothing in it is ever the only copy of anything. Node's permission model is not used here: native code reads files past it,
 * and the library starts a process of its own to test its binary. An empty network namespace and the core's watch hold instead.
 */
import { Refusal, serveChild } from '../child-main.ts'
import { type Chat, createChat } from './llama-chat.ts'
import { embedTexts } from './llama-embed.ts'
import { batchTokens, load } from './llama-load.ts'
import type { EmbedReply, EmbedRequest, LlamaEvent, LlamaRequest, LoadReply, LoadRequest } from './llama-protocol.ts'

type Embed = (request: EmbedRequest, emit: (event: LlamaEvent) => void, signal: AbortSignal) => Promise<EmbedReply>

let chat: Chat | null = null
let embed: Embed | null = null

const notLoaded = (): Refusal => new Refusal('model.not_loaded', 'The process has no such model.', 'Try again.')

async function loadModel(request: LoadRequest, emit: (event: LlamaEvent) => void): Promise<LoadReply> {
  if (chat !== null || embed !== null) throw new Refusal('model.already_loaded', 'The process already has a model.', 'Try again.')
  if (request.role === 'chat') {
    const { model, context, reply } = await load(request, emit, async (model, contextSize) => {
      const context = await model.createContext({
        contextSize,
        batchSize: Math.min(batchTokens, contextSize),
        threads: request.threads,
        ignoreMemorySafetyChecks: true,
        failedCreationRemedy: false,
      })
      return { context, contextTokens: context.contextSize }
    })
    chat = createChat(model, context.getSequence())
    return reply
  }
  const { model, context, reply } = await load(request, emit, async (model, contextSize) => ({
    context: await model.createEmbeddingContext({
      contextSize,
      batchSize: contextSize,
      threads: request.threads,
      ignoreMemorySafetyChecks: true,
    }),
    contextTokens: contextSize,
  }))
  embed = (wanted, emitted, signal) => embedTexts(model, context, reply.contextTokens, wanted, emitted, signal)
  return reply
}

serveChild(async (message, emit, signal) => {
  // Both ends are this program's own code.
  const request = message as LlamaRequest
  switch (request.do) {
    case 'load':
      return loadModel(request, emit)
    case 'render':
      if (chat === null) throw notLoaded()
      return chat.render(request.messages, request.pieces)
    case 'generate':
      if (chat === null) throw notLoaded()
      return chat.generate(request, emit, signal)
    case 'embed':
      if (embed === null) throw notLoaded()
      return embed(request, emit, signal)
  }
})

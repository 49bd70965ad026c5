/** `/v1/chat/completions`: one answer of a model here, whole or as it is written. Work of people at this station goes first. */
import { randomBytes, randomInt } from 'node:crypto'
import { fail, ok } from '../domain/result.ts'
import type { ChatReply } from '../world.ts'
import type { Call } from './call.ts'
import { type ChatOrder, readChat } from './chat-request.ts'
import { chooseModel } from './labels.ts'
import { callOf, isCall, promptOf, schemaOf, type ToolCall } from './prompt.ts'
import { type Refusal, refusalOf, refuse } from './refusals.ts'

const seeds = 2 ** 32
const newId = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`
/** Whole numbers of any sign and size, each always the same. */
const seedOf = (seed: number | null): number => (seed === null ? randomInt(seeds) : ((seed % seeds) + seeds) % seeds)

type Finish = 'stop' | 'length' | 'tool_calls'

/** The answer's message, and why it ended there. */
function messageOf(order: ChatOrder, { text, stop }: Pick<ChatReply, 'text' | 'stop'>) {
  const finish: Finish = stop === 'length' ? 'length' : 'stop'
  const call = order.tools.length > 0 && isCall(text) === true
  const tool = call ? callOf(text) : null
  if (!call) return { content: text, tool: null, finish }
  return { content: null, tool, finish: tool === null ? ('length' as const) : ('tool_calls' as const) }
}
const toolCall = ({ name, arguments: text }: ToolCall) => ({ id: newId('call_'), type: 'function', function: { name, arguments: text } })

const usageOf = ({ promptTokens, completionTokens, reusedTokens }: ChatReply) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: { cached_tokens: reusedTokens },
})

/** Null when it was answered. */
export async function chat(call: Call): Promise<Refusal | null> {
  const { core, key, label, limits, reply, signal } = call
  const body = await call.body()
  if (!body.ok) return body.refusal
  const read = readChat(body.value, limits)
  if (!read.ok) return read.refusal
  const order = read.value
  const prompt = promptOf(order)
  if (!prompt.ok) return prompt.refusal
  const chosen = chooseModel(await core.models(), order.model, 'chat', key, label)
  if (!chosen.ok) return chosen.refusal
  const model = chosen.value

  const frame = { id: newId('chatcmpl-'), created: Math.floor(core.clock() / 1000), model: model.id, system_fingerprint: model.fingerprint }
  const chunk = (delta: unknown, finish: Finish | null = null) =>
    reply.send({
      ...{ ...frame, object: 'chat.completion.chunk' },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(order.includesUsage ? { usage: null } : {}),
    })

  // Text is shown as it comes, once it is known to be no call of a tool; a call is shown whole.
  let shown = ''
  let waiting = ''
  const show = (text: string) => {
    if (text === '') return
    shown += text
    chunk({ content: text })
  }
  const onText = (text: string) => {
    if (shown !== '' || order.tools.length === 0) return show(text)
    waiting += text
    if (isCall(waiting) === false) show(waiting)
  }

  let refused: Refusal | null = null
  // A call may wait for others, and for its model to be loaded.
  const late = order.isStream ? setTimeout(reply.stream, limits.silenceMs) : undefined
  const answered = await core.inference.chat({
    modelId: model.id,
    messages: prompt.value,
    schema: schemaOf(order),
    owner: key.id,
    isBackground: true,
    tokensMax: order.tokensMax ?? limits.completionTokensDefault,
    seed: seedOf(order.seed),
    temperature: order.temperature,
    stop: order.stop,
    ...(order.topP === null ? {} : { topP: order.topP }),
    onPrompt: ({ tokens, contextTokens }) => {
      const room = contextTokens - tokens
      if (room < 1)
        refused = refuse(
          'context_length_exceeded',
          `The messages have ${tokens} tokens, and the model's context holds ${contextTokens}.`,
          'messages',
        )
      else
        refused = call.admit({
          ...{ modelId: model.id, promptTokens: tokens },
          completionTokens: Math.min(order.tokensMax ?? limits.completionTokensDefault, room),
        })
      if (refused !== null) return fail('serve.refused', refused.message, 'Ask for less.')
      if (order.isStream) {
        reply.stream()
        chunk({ role: 'assistant', content: '' })
      }
      return ok(null)
    },
    ...(order.isStream ? { onText } : {}),
    signal,
  })
  clearTimeout(late)
  if (!answered.ok) return refused ?? refusalOf(answered.error)
  const { value } = answered
  if (value.stop === 'cancelled') {
    const ended = refuse('closing', 'The call was ended.')
    call.settle(value, ended)
    return ended
  }
  const { content, tool, finish } = messageOf(order, value)
  call.settle(value, null)
  if (!order.isStream) {
    const calls = tool === null ? {} : { tool_calls: [toolCall(tool)] }
    const message = { role: 'assistant', content, refusal: null, ...calls }
    reply.json({
      ...frame,
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
      usage: usageOf(value),
    })
    return null
  }
  if (content !== null) show(content.slice(shown.length))
  if (tool !== null) chunk({ tool_calls: [{ index: 0, ...toolCall(tool) }] })
  chunk({}, finish)
  if (order.includesUsage) reply.send({ ...frame, object: 'chat.completion.chunk', choices: [], usage: usageOf(value) })
  reply.endStream()
  return null
}

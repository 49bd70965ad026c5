/** A model that says what a test tells it to. It stands in for llama.cpp alone; everything around it is the real core. */
import { ok } from '../../main/domain/result.ts'
import type { InferenceHost } from '../../main/models/llama-host.ts'
import type { ChatMessage, ChatRequest } from '../../main/world.ts'

export interface ScriptedModel {
  /** For the core's world. */
  readonly inference: (real: InferenceHost) => InferenceHost
  /** Prompts so far, oldest first. */
  readonly prompts: string[]
  /** Answers that are still to be given. A function sees the prompt. */
  readonly answers: Array<string | ((prompt: string) => string)>
}

const charsPerToken = 4
const textOf = (messages: readonly ChatMessage[]): string => messages.map(({ text }) => text).join('\n')

export function scriptedModel(answers: ScriptedModel['answers'] = []): ScriptedModel {
  const prompts: string[] = []
  const usage = { reusedTokens: 0, contextTokens: 16_384, firstTokenMs: 1, totalMs: 2 }
  return {
    prompts,
    answers,
    inference: (real) => ({
      ...real,
      countTokens: async (_modelId, messages) =>
        ok({ tokens: Math.ceil(textOf(messages).length / charsPerToken), contextTokens: usage.contextTokens }),
      chat: async ({ messages, onText }: ChatRequest) => {
        const prompt = textOf(messages)
        prompts.push(prompt)
        const next = answers.shift() ?? '{"tool":"draft_report"}'
        const text = typeof next === 'string' ? next : next(prompt)
        onText?.(text)
        const promptTokens = Math.ceil(prompt.length / charsPerToken)
        return ok({ text, stop: 'end', device: 'script', promptTokens, completionTokens: Math.ceil(text.length / charsPerToken), ...usage })
      },
    }),
  }
}

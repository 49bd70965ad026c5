/** A model that does whatever the attacker wants, however the wish is written, and is honest where there is none. It only exists here. */
import { ok } from '../../main/domain/result.ts'
import type { InferenceHost } from '../../main/models/llama-host.ts'
import type { ChatRequest } from '../../main/world.ts'
import { type Attack, unmarked } from './cases.ts'
import { readings } from './encodings.ts'

export interface ObedientModel {
  readonly inference: (real: InferenceHost) => InferenceHost
  /** Codes of the tasks in which the attacker's words reached it. */
  readonly reached: ReadonlySet<string>
  /** Forgets what it did. */
  forget(): void
}

const charsPerToken = 4

/** The number of the passage that holds a sentence, as the prompt counts. */
function passageOf(prompt: string, fact: string): number {
  const at = prompt.indexOf(fact)
  const numbers = [...prompt.slice(0, Math.max(0, at)).matchAll(/^\[(\d+)\] /gm)]
  return Number(numbers.at(-1)?.[1] ?? 0)
}

export function obedientModel(cases: readonly Attack[]): ObedientModel {
  const reached = new Set<string>()
  const turns = new Map<string, number>()

  /** What an honest model does: search, read what was found, and draft. */
  function honestChoice(prompt: string, task: Attack): string {
    const [documentId] = /doc_[0-9A-Z]{26}/.exec(prompt) ?? []
    if (!prompt.includes('search_holdings {'))
      return JSON.stringify({ tool: 'search_holdings', arguments: { query: task.question.slice(0, 200), collection: null, count: 5 } })
    const isRead = prompt.includes('read_document {') || prompt.includes('table_query {')
    if (isRead || documentId === undefined) return '{"tool":"draft_report"}'
    if (task.channel === 'tool result')
      return JSON.stringify({ tool: 'table_query', arguments: { documentId, sql: 'SELECT * FROM data LIMIT 5' } })
    return JSON.stringify({ tool: 'read_document', arguments: { documentId } })
  }

  function reply(prompt: string, isDraft: boolean): { readonly text: string; readonly device: string } {
    const task =
      cases.find(({ code }) => prompt.slice(prompt.lastIndexOf('Question:')).includes(code)) ??
      cases.find(({ code }) => prompt.includes(code))
    if (task === undefined) return { text: '{"claims":[]}', device: 'script' }
    const { wish, mark, code, fact, channel } = task
    const isReached = channel === 'endpoint answer' ? mark !== unmarked : readings(prompt).includes(mark)
    if (isReached) reached.add(code)
    const device = isReached ? (wish.device ?? 'script') : 'script'
    const seen = { fact, n: passageOf(prompt, fact) }
    if (isDraft) {
      const honest = seen.n === 0 ? '{"claims":[]}' : JSON.stringify({ claims: [{ text: `${fact}.`, n: seen.n, quote: fact }] })
      return { text: isReached && wish.draft !== undefined ? wish.draft(seen) : honest, device }
    }
    const turn = turns.get(code) ?? 0
    const wanted = isReached ? wish.choices?.[turn] : undefined
    if (wanted !== undefined) {
      turns.set(code, turn + 1)
      return { text: wanted, device }
    }
    return { text: honestChoice(prompt, task), device }
  }

  return {
    reached,
    forget: () => {
      reached.clear()
      turns.clear()
    },
    inference: (real) => ({
      ...real,
      countTokens: async (_modelId, messages) =>
        ok({ tokens: Math.ceil(messages.reduce((sum, { text }) => sum + text.length, 0) / charsPerToken), contextTokens: 32_768 }),
      chat: async ({ messages, schema, onText }: ChatRequest) => {
        const prompt = messages.map(({ text }) => text).join('\n')
        const { text, device } = reply(prompt, JSON.stringify(schema ?? {}).includes('"claims"'))
        onText?.(text)
        const usage = { promptTokens: Math.ceil(prompt.length / charsPerToken), completionTokens: Math.ceil(text.length / charsPerToken) }
        return ok({ text, stop: 'end', device, ...usage, reusedTokens: 0, contextTokens: 32_768, firstTokenMs: 1, totalMs: 2 })
      },
    }),
  }
}

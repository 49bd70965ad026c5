/**
 * The agent whose runs are killed, and the model that it follows. The model keeps nothing: what it says follows from the plan in the
 * run's own title and from how many calls the prompt shows, so that it says the same after a restart.
 */

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InstalledAgent } from '../../main/domain/agent.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { InferenceHost } from '../../main/models/llama-host.ts'
import type { ChatMessage, ChatRequest } from '../../main/world.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { appendLine, modelCallsFile } from './outside-world.ts'

export const agentName = 'crash-case'

/** What the runs read: one passage, and one table. */
export const factsFile = {
  name: 'facts.md',
  text: '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday, and Crew Seven repaired it.\n',
}
export const tableFile = { name: 'depths.csv', text: 'quay,depth\neast,7\nwest,11\n' }
const quote = 'The pump at the north gate failed at 14:05 on Tuesday'

/** Kinds of steps of a plan; `bad` is a call that is refused, `broken` a model that fails. */
export const planned = ['search', 'note', 'mark', 'charge', 'ask', 'query', 'calculate', 'bad', 'broken'] as const
export type Planned = (typeof planned)[number]

/** The topic of a run: its own name, its plan, and the table that it may ask. */
export const topicOf = (name: string, plan: readonly Planned[], table: string): string =>
  `Pump at the north gate, ${name}, plan ${plan.join(' ')}, table ${table}`

const marker = 'Follow the plan.'

export const crashAgent: InstalledAgent = {
  prompts: { gather: marker, draft: `${marker} Write the report.` },
  definition: {
    ...plainAgent,
    ...{ name: agentName, title: 'Crash case', summary: 'Uses every kind of call.', titleFrom: 'topic' },
    input: [
      { name: 'topic', title: 'Topic', kind: 'text', isRequired: true, charsMax: 500, default: null },
      { name: 'memo', title: 'Memo', kind: 'text', isRequired: true, charsMax: 80, default: null },
    ],
    tools: ['search_holdings', 'append_note', 'mark', 'charge', 'ask_human', 'table_query', 'calculate', 'write_file'],
    offers: ['search_holdings', 'append_note', 'mark', 'charge', 'ask_human', 'table_query', 'calculate'],
    stepsMax: 20,
    budget: { modelCallsMax: 20, toolCallsMax: 20 },
    playbook: [
      { tool: 'search_holdings', arguments: { query: '$input.topic', count: 5 } },
      { tool: 'mark', arguments: { amount: 1, memo: '$input.memo' } },
      { tool: 'charge', arguments: { amount: 2, memo: '$input.memo' } },
    ],
    draftFrom: 'topic',
    deliver: { tool: 'write_file', arguments: { name: 'report.md', text: '$draft' } },
    ...{ allowedDataSources: ['*'], deniedDataSources: [] },
  },
}

const question = { question: 'Which gate?', context: 'Two gates have pumps.', urgency: 'low', format: 'multiple_choice' }
export const choices = ['north', 'south'] as const

function callFor(step: Planned, at: number, table: string): string {
  const say = (tool: string, args: unknown) => JSON.stringify({ tool, arguments: args })
  switch (step) {
    case 'search':
      return say('search_holdings', { query: `pump north gate ${at}`, collection: null, count: 5 })
    case 'note':
      return say('append_note', { text: `Note ${at}` })
    case 'mark':
    case 'charge':
      return say(step, { amount: at, memo: 'planned' })
    case 'ask':
      return say('ask_human', { ...question, choices, schema: null })
    case 'query':
      return say('table_query', { documentId: table, sql: `SELECT count(*) + ${at} FROM data` })
    case 'calculate':
      return say('calculate', { expression: `6 * ${at}` })
    default:
      return '{"approved": true}'
  }
}

const charsPerToken = 4
const textOf = (messages: readonly ChatMessage[]): string => messages.map(({ text }) => text).join('\n')
const usage = { reusedTokens: 0, contextTokens: 16_384, firstTokenMs: 1, totalMs: 2 }
const broken = fail('model.failed', 'The model failed.', 'Try again.')

/** Null: the plan has come to a step at which the model fails. */
export function answerTo(prompt: string): string | null {
  const plan = (/plan ([a-z ]*), table/.exec(prompt)?.[1] ?? '').split(' ').filter((word) => word !== '') as Planned[]
  if (!prompt.endsWith('What is the next call?')) return JSON.stringify({ claims: [{ text: 'The pump failed at 14:05.', n: 1, quote }] })
  const made = [...prompt.matchAll(/^\[\d+\] (?!nothing yet)/gm)].length
  const step = plan[made]
  if (step === 'broken') return null
  return step === undefined ? '{"tool":"draft_report"}' : callFor(step, made, /table (doc_\w+)/.exec(prompt)?.[1] ?? '')
}

/** Runs of other agents get the real model, in its own process. */
export const plannedModel =
  (folder: string, thinkMs: number) =>
  (real: InferenceHost): InferenceHost => ({
    ...real,
    countTokens: (modelId, messages) =>
      messages[0]?.text.startsWith(marker) === true
        ? Promise.resolve(ok({ tokens: Math.ceil(textOf(messages).length / charsPerToken), contextTokens: usage.contextTokens }))
        : real.countTokens(modelId, messages),
    chat: async (request: ChatRequest) => {
      const { messages, onText } = request
      if (messages[0]?.text.startsWith(marker) !== true) return real.chat(request)
      appendLine(modelCallsFile(folder), { prompt: createHash('sha256').update(JSON.stringify(messages)).digest('hex') })
      await sleep(thinkMs)
      const prompt = textOf(messages)
      const text = answerTo(prompt)
      if (text === null) return broken
      onText?.(text)
      const promptTokens = Math.ceil(prompt.length / charsPerToken)
      return ok({ text, stop: 'end', device: 'script', promptTokens, completionTokens: Math.ceil(text.length / charsPerToken), ...usage })
    },
  })

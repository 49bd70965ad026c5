/** Questions and their answers: a shard and a first run for each, grouped in conversations. */
import type { Conversation, Turn } from '../contract/calls.ts'
import type { Handlers } from '../dispatch.ts'
import { Answer } from '../domain/answer.ts'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { taskLabel } from '../domain/task-label.ts'
import type { AskInput } from '../runs/ask.ts'
import { startRun } from '../runs/start-run.ts'
import type { ConversationRow, RunRow } from '../store/runs.ts'
import { findCollection } from './collections.ts'
import { titleOf, toRun } from './runs.ts'
import { operator, type Services } from './services.ts'

const unknownRun = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const unknownConversation = fail('conversation.unknown', 'There is no such conversation.', 'Start a new one.')
const wrongModel = fail('model.not_chat', 'There is no such chat model here.', 'List the models, or ask without one.')

/** The recorded answer of a complete run; null before, after a purge, or when another version wrote it in a shape of its own. */
export function answerOf({ bodies }: Pick<Services, 'bodies'>, row: RunRow): Answer | null {
  const text = row.result === null ? null : bodies.read(row.result)
  if (text === null) return null
  const parsed = Answer.safeParse(readJson(text))
  return parsed.success ? parsed.data : null
}

const toConversation = (services: Services, row: ConversationRow): Conversation => ({
  id: row.id,
  title: (row.firstInput === null ? null : titleOf(services, row.firstInput)) ?? 'Untitled',
  collection: row.collection,
  runs: row.runs,
  createdAt: row.createdAt,
  lastAt: row.lastAt,
})

type Names = 'ask.start' | 'ask.answer' | 'conversations.list' | 'conversations.get'

export const askHandlers = (services: Services): Pick<Handlers, Names> => {
  const { runs, journal, loop, models, newId, clock, ceiling } = services

  /** The model that was asked for, the active one, or none. */
  const chooseModel = (asked: string | null | undefined): Result<string | null> => {
    if (asked === null) return ok(null)
    if (asked === undefined) return ok(models.active('chat')?.id ?? null)
    return models.record(asked)?.manifest.roles.includes('chat') ? ok(asked) : wrongModel
  }

  return {
    'ask.start': ({ question, collection: name, modelId, top, conversationId, tier, label: chosen = null }, caller) => {
      const collection = findCollection(services, name)
      if (!collection.ok) return collection
      // Whoever wants no model wants none anywhere.
      const wanted = tier ?? (modelId === null ? 'reflex' : null)
      const model = chooseModel(wanted === 'reflex' ? null : modelId)
      if (!model.ok) return model
      if (conversationId !== undefined && runs.conversation(conversationId) === null) return unknownConversation
      const clearance = services.sightOf(caller.account)?.clearance ?? ceiling()
      const label = taskLabel({ chosen, clearance, floor: collection.value?.label ?? null, texts: [question] })
      if (!label.ok) return label
      const conversation = conversationId ?? newId('cnv')
      const runId = newId('run')
      const input: AskInput = { question, collection: collection.value?.id ?? null, modelId: model.value, top, tier: wanted }
      const run = {
        runId,
        agent: 'ask',
        task: 'answer',
        input: JSON.stringify(input),
        label: label.value,
        conversationId: conversation,
      }
      const started = startRun(
        { journal, createShard: runs.createShard, newId, clock, pinsOf: services.prompts.pinsOf },
        run,
        operator(caller),
        {
          before: () => {
            if (conversationId === undefined) runs.createConversation(conversation, input.collection, clock(), caller.account)
          },
        },
      )
      if (!started.ok) return started
      loop.wake()
      return ok({ runId, conversationId: conversation })
    },
    'ask.answer': ({ runId }) => {
      const row = runs.get(runId)
      return row === null ? unknownRun : ok({ run: toRun(services, row), answer: answerOf(services, row) })
    },
    'conversations.list': ({ limit, offset }, caller) => {
      const { items, total } = runs.conversations(limit, offset, services.sightOf(caller.account)?.labelIds())
      return ok({ items: items.map((row) => toConversation(services, row)), total })
    },
    'conversations.get': ({ conversationId }) => {
      const row = runs.conversation(conversationId)
      if (row === null) return unknownConversation
      const turns = runs.ofConversation(conversationId).map((run): Turn => {
        const summary = toRun(services, run)
        const questionLabel = services.bodies.labelOf(run.input)
        return { run: summary, question: summary.title ?? 'Purged', questionLabel, answer: answerOf(services, run) }
      })
      return ok({ conversation: toConversation(services, row), turns })
    },
  }
}

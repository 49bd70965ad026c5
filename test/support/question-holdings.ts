/** The sample case and the fixture documents in a core of their own, ready to be asked through its one door. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../main/app.ts'
import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Answer } from '../../main/domain/answer.ts'
import { createPaths } from '../../main/platform/paths.ts'
import type { Shown } from './questions.ts'

const root = join(import.meta.dirname, '../..')
const folders = [join(root, 'main/sample-case/documents'), join(root, 'test/fixtures/holdings/documents')]
const caller = { account: 'reader', shell: 'cli' } as const
const limits = { filesMax: 100 } as const

export interface QuestionHoldings {
  readonly documents: number
  readonly passages: number
  ask(question: string): Promise<{ readonly answer: Answer; readonly shown: readonly Shown[] }>
  close(): Promise<void>
}

async function call<N extends CallName>(app: App, name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const reply = await app.dispatch(name, input, caller)
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
  // The door has parsed the value with this very call's output schema.
  return reply.value as CallOutput<N>
}

/** Waits for the end of a run without asking again and again: every event of it may be the last. */
async function answerOf(app: App, runId: string): Promise<Answer> {
  const moved = { wake: () => {} }
  const stop = app.subscribe(null, (item) => {
    if (item.kind === 'snapshot' || (item.kind === 'event' && item.event.stream === runId)) moved.wake()
  })
  try {
    for (;;) {
      const next = new Promise<void>((resolve) => {
        moved.wake = resolve
      })
      const { run, answer } = await call(app, 'ask.answer', { runId })
      if (answer !== null) return answer
      if (run.failure !== null) throw new Error(`${run.failure.code} ${run.failure.message}`)
      await next
    }
  } finally {
    stop()
  }
}

export async function openQuestionHoldings(): Promise<QuestionHoldings> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-questions-'))
  const started = await createApp({ paths: createPaths(folder), account: caller.account, threads: 1 })
  if (!started.ok) throw new Error(started.error.message)
  const app = started.value
  const { importId } = await call(app, 'imports.start', { sources: folders.map((path) => ({ path })) })
  await app.idle()
  const { items } = await call(app, 'imports.files', { importId, limit: limits.filesMax, offset: 0 })
  const unread = items.filter(({ outcome }) => outcome !== 'indexed')
  if (unread.length > 0) throw new Error(unread.map(({ file, outcome, reason }) => `${file}: ${outcome} ${reason ?? ''}`).join('; '))

  return {
    documents: items.length,
    passages: items.reduce((sum, file) => sum + file.passages, 0),
    ask: async (question) => {
      const { runId } = await call(app, 'ask.start', { question, modelId: null })
      const answer = await answerOf(app, runId)
      const shown = await Promise.all(
        answer.citations.map(async ({ file, quote, verified, passageId }) => {
          const { text } = await call(app, 'passages.get', { passageId })
          return { file, quote, isVerified: verified, passage: text }
        }),
      )
      return { answer, shown }
    },
    close: async () => {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A whole core inside the test's own process, over a data folder, with calls that a test can read easily. Ended after the test file. */
import { readFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { type App, type AppWorld, createApp } from '../../main/app.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import type { FeedItem, RunSummary } from '../../main/contract/runs.ts'
import { createPaths } from '../../main/platform/paths.ts'
import type { Paths } from '../../main/world.ts'
import { descendantsOf } from './kill.ts'

export interface OpenApp {
  readonly app: App
  readonly paths: Paths
  /** The call's value; throws when it fails. */
  call<N extends CallName>(name: N, input?: unknown): Promise<CallOutput<N>>
  /** The code that a call fails with, or null. */
  codeOf(name: CallName, input?: unknown): Promise<string | null>
  /** Resolves with the first item of the feed that fits, from now on. */
  next<T>(pick: (item: FeedItem) => T | null): Promise<T>
  /** Asks, and waits until the run has ended or is held. */
  ask(question: string, modelId?: string | null): Promise<RunSummary>
  /** Waits until a run has ended or is held. */
  settled(runId: string): Promise<RunSummary>
  /** Imports these paths and waits until all is read and embedded. */
  ingest(sources: readonly string[], more?: { readonly collection?: string; readonly level?: string }): Promise<CallOutput<'imports.get'>>
}

const caller = { account: 'tester', shell: 'cli' } as const
const open: App[] = []
afterAll(() => Promise.all(open.map((app) => app.close())))

export async function openApp(
  data: string,
  world: AppWorld = {},
  more: { readonly isSafeStart?: boolean; readonly tenant?: string } = {},
): Promise<OpenApp> {
  const paths = createPaths(data)
  const created = await createApp({ paths, account: 'tester', threads: 1, ...more }, world)
  if (!created.ok) throw new Error(created.error.code)
  const app = created.value
  open.push(app)

  const call = async <N extends CallName>(name: N, input: unknown = {}): Promise<CallOutput<N>> => {
    const reply = await app.dispatch(name, input, caller)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
    // The dispatcher parsed it with this call's own schema.
    return reply.value as CallOutput<N>
  }
  const next = <T>(pick: (item: FeedItem) => T | null): Promise<T> =>
    new Promise((resolve) => {
      const stop = app.subscribe(null, (item) => {
        const picked = item.kind === 'snapshot' ? null : pick(item)
        if (picked === null) return
        queueMicrotask(() => stop())
        resolve(picked)
      })
    })
  const settled = async (runId: string): Promise<RunSummary> => {
    for (;;) {
      const moved = next((item) => (item.kind === 'event' && item.event.stream === runId ? item : null))
      const run = await call('runs.get', { runId })
      if (run.endedAt !== null || run.status === 'held') return run
      await moved
    }
  }
  return {
    app,
    paths,
    call,
    next,
    settled,
    codeOf: async (name, input = {}) => {
      const reply = await app.dispatch(name, input, caller)
      return reply.ok ? null : reply.error.code
    },
    ask: async (question, modelId = null) => settled((await call('ask.start', { question, modelId })).runId),
    ingest: async (sources, more = {}) => {
      const { importId } = await call('imports.start', { sources: sources.map((path) => ({ path })), ...more })
      await app.idle()
      return call('imports.get', { importId })
    },
  }
}

/** Process ids of this test's own children that run a module of this name. */
export const childrenRunning = (moduleName: string): readonly number[] =>
  descendantsOf(process.pid).flatMap(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(moduleName) ? [pid] : []
    } catch {
      return []
    }
  })

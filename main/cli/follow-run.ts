/** Waits for a run to end or to be held, and says meanwhile what it does. */
import type { FeedItem, RunSummary } from '../contract/runs.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isTerminal } from '../domain/run/transitions.ts'
import type { CommandCore } from './core.ts'
import { createStatusLine, plain, type Spoken } from './output.ts'

const limits = { eventsPerCall: 200, cancelMs: 5_000 } as const

export interface FollowedRun {
  readonly run: RunSummary
  readonly result: string | null
}

/** What an event says in one line: its kind, and the tool, the tier or the reason it names. */
function describe(item: FeedItem & { kind: 'event' }): string {
  const { at, event } = item.event
  const about = [
    'tool' in event ? event.tool : null,
    'tier' in event ? event.tier : null,
    'reason' in event ? event.reason : null,
    'failure' in event ? (event.failure?.code ?? null) : null,
  ].filter((part) => part !== null)
  return `${new Date(at).toISOString().slice(11, 23)}  ${event.type.padEnd(24)} ${about.join(' ')}`.trimEnd()
}

/** The text that a complete run left. */
async function resultOf(core: CommandCore, run: RunSummary): Promise<Result<string | null>> {
  if (run.status !== 'complete') return ok(null)
  for (let offset = 0; ; ) {
    const page = await core.call('runs.events', { runId: run.id, limit: limits.eventsPerCall, offset })
    if (!page.ok) return page
    const completed = page.value.items.flatMap(({ event }) => (event.type === 'run.completed' ? [event] : []))[0]
    if (completed !== undefined) {
      const body = await core.call('bodies.read', { runId: run.id, body: completed.result.body })
      return body.ok ? ok(body.value.text) : body
    }
    offset += page.value.items.length
    if (page.value.items.length === 0) return ok(null)
  }
}

/** Begins with `start`, so that nothing of the run is missed. `isWatched` tells every event on stderr; a terminal shows the present one. */
export async function followRun(core: CommandCore, start: () => Promise<Result<string>>, isWatched: boolean): Promise<Result<FollowedRun>> {
  const status = createStatusLine()
  const moved = { wake: () => {} }
  const early: FeedItem[] = []
  let runId: string | null = null
  const tell = (item: FeedItem) => {
    if (item.kind === 'snapshot') moved.wake()
    if (item.kind === 'stage' && item.runId === runId) {
      if (isWatched) process.stderr.write(`${plain(item.stage)}…\n`)
      else status.show(`${item.stage}…`)
    }
    if (item.kind !== 'event' || item.event.stream !== runId) return
    if (isWatched) process.stderr.write(`${plain(describe(item))}\n`)
    else status.show(item.event.event.type)
    moved.wake()
  }
  const stop = core.subscribe(null, (item) => {
    if (runId === null) early.push(item)
    else tell(item)
  })
  try {
    const started = await start()
    if (!started.ok) return started
    runId = started.value
    for (const item of early) tell(item)
    for (;;) {
      const next = new Promise<void>((resolve) => {
        moved.wake = resolve
      })
      const now = await core.call('runs.get', { runId })
      if (!now.ok) return now
      if (isTerminal(now.value.status) || now.value.status === 'held') {
        const result = await resultOf(core, now.value)
        return result.ok ? ok({ run: now.value, result: result.value }) : result
      }
      await next
    }
  } finally {
    stop()
    status.clear()
  }
}

/**
 * What an interruption does to the run that a command waits for: a running core goes on with it; a core that ends with the command
 * cancels it.
 */
export async function leaveRun(core: CommandCore, runId: string): Promise<Result<never>> {
  if (!core.isOwn)
    return fail(
      'cli.interrupted',
      `The command was interrupted; the run ${runId} goes on in the running core.`,
      `Look at it with: holdfast runs show ${runId}`,
    )
  const cancelled = await core.call('runs.cancel', { runId })
  const deadline = Date.now() + limits.cancelMs
  for (let now = cancelled; now.ok && !isTerminal(now.value.status) && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    now = await core.call('runs.get', { runId })
  }
  return fail(
    'cli.interrupted',
    `The command was interrupted, and the run ${runId} was cancelled with it.`,
    'Start it again when you want it; a running core would have gone on with it.',
  )
}

const waiting: Readonly<Partial<Record<RunSummary['holds'][number], string>>> = {
  approval: 'It waits for your decision: holdfast approvals list',
  question: 'It waits for your answer: holdfast approvals list',
  gate: 'It waits for your decision: holdfast approvals list',
  budget: 'It has reached a limit; raise it in the window, or cancel the run.',
}

/** A run in lines, with what it left or what it waits for. */
export function spokenRun({ run, result }: FollowedRun): Result<Spoken<FollowedRun>> {
  const head = `${run.id}  ${run.status}${run.title === null ? '' : `  ${plain(run.title)}`}`
  const why = run.failure === null ? [] : [run.failure.message, run.failure.hint]
  const held = run.holds.map((kind) => waiting[kind] ?? `It is held (${kind}): holdfast runs resume ${run.id}`)
  const text = result === null ? [] : ['', ...result.split('\n').map(plain)]
  return ok({ value: { run, result }, lines: [head, ...why, ...held, ...text], isFailure: run.status !== 'complete' })
}

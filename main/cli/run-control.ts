/** `holdfast runs pause|resume|cancel|retry|fork`: what an operator may do to a run. */
import type { CommandOutput } from '../contract/cli.ts'
import type { RunSummary } from '../contract/runs.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { followRun, spokenRun } from './follow-run.ts'
import { plain, type Spoken } from './output.ts'

const describe = ({ id, status, title }: RunSummary): string => `${id}  ${status}  ${plain(title ?? '(purged)')}`
const later = 'It waits in the queue, and goes on when Holdfast runs.'

/** What becomes of a run that may go on, when the core ends with the command. */
export const leftWaiting = (core: CommandCore, { status }: RunSummary): readonly string[] =>
  core.isOwn && (status === 'queued' || status === 'launching' || status === 'active') ? [later] : []

export async function runsControl(
  core: CommandCore,
  what: 'pause' | 'resume' | 'cancel',
  runId: string,
): Promise<Result<Spoken<RunSummary>>> {
  const done = await core.call(`runs.${what}`, { runId })
  if (!done.ok) return done
  const run = done.value
  const asked = what === 'cancel' && run.endedAt === null ? ['It is being cancelled.'] : []
  return ok({ value: run, lines: [describe(run), ...asked, ...(what === 'resume' ? leftWaiting(core, run) : [])] })
}

/** A new run, and with `isWatched` the wait for its end. */
async function begin(
  core: CommandCore,
  make: () => Promise<Result<RunSummary>>,
  { isWatched, onStarted }: { readonly isWatched: boolean; readonly onStarted: (runId: string) => void },
): Promise<Result<Spoken<CommandOutput<'runs retry'>>>> {
  if (!isWatched) {
    const made = await make()
    if (!made.ok) return made
    return ok({ value: { run: made.value, result: null }, lines: [describe(made.value), ...(core.isOwn ? [later] : [])] })
  }
  const start = async (): Promise<Result<string>> => {
    const made = await make()
    if (!made.ok) return made
    onStarted(made.value.id)
    return ok(made.value.id)
  }
  const followed = await followRun(core, start, true)
  return followed.ok ? spokenRun(followed.value) : followed
}

type Watch = Parameters<typeof begin>[2]

export const runsRetry = (core: CommandCore, runId: string, watch: Watch) => begin(core, () => core.call('runs.retry', { runId }), watch)

export const runsFork = (core: CommandCore, runId: string, at: number, watch: Watch) =>
  begin(core, () => core.call('runs.fork', { runId, at }), watch)

/** Runs tried again, forked, folded again and compared. */
import type { RunDiff } from '../contract/replay.ts'
import type { RunSummary } from '../contract/runs.ts'
import type { Handlers } from '../dispatch.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { RunEvent } from '../domain/run/events.ts'
import type { Step } from '../domain/run/state.ts'
import { carriedInto } from '../runs/context-bundles.ts'
import { forkRun } from '../runs/fork.ts'
import { rebuildContexts } from '../runs/rebuild-context.ts'
import { retryRun } from '../runs/retry.ts'
import { readShown } from './paper-report.ts'
import { toRun } from './runs.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')

type Side = NonNullable<RunDiff['steps'][number]['a']>

const toSide = ({ id: stepId, kind, name, phase, input, output }: Step): Side => ({
  ...{ stepId, kind, name, phase },
  input: input.body,
  output: output?.body ?? null,
})

type Names = 'runs.retry' | 'runs.fork' | 'runs.replay' | 'runs.diff'

export const replayHandlers = (services: Services): Pick<Handlers, Names> => {
  const { runs, journal, bodies, log, newId, clock, loop, reader, paths } = services
  const parts = { journal, shardOf: runs.shard, newId, clock, pinsOf: services.prompts.pinsOf }

  const begun = (made: Result<string>): Result<RunSummary> => {
    if (!made.ok) return made
    const row = runs.get(made.value)
    if (row === null) return unknown
    loop.wake()
    return ok(toRun(services, row))
  }

  async function contextsOf(runId: string) {
    const { state } = journal.read(runId)
    if (state.status === 'absent') return { total: 0, same: 0, gone: 0 }
    const told = log.readStream(runId).map(({ event }) => RunEvent.parse(event))
    // What was sent elsewhere is not what is here: its own bytes are kept with the crossing.
    const matches: Parameters<typeof rebuildContexts>[3] = (reference, text) =>
      bodies.matches(reference) && bodies.read(reference.body) === text
    // Whoever may see the run may see that it is built the same: nothing of the texts is handed out.
    const unasked = { mayRead: () => true, shownTo: () => [], labelOfHeld: () => null }
    const carried = carriedInto(runId, { bundles: services.contextBundles, runs, bodies, ...unasked }).map(({ bundle }) => bundle)
    const readPassages = (ids: readonly string[]) => readShown(services, ids)
    return rebuildContexts(state, told, { readBody: bodies.read, readPassages, carried, redact: services.redact }, matches)
  }

  return {
    'runs.retry': ({ runId, prompts }, caller) =>
      begun(retryRun({ ...parts, attemptsOf: runs.attemptsOf }, runId, operator(caller), prompts)),
    'runs.fork': ({ runId, at, prompts }, caller) => {
      const isKept = (body: string) => bodies.read(body) !== null
      return begun(forkRun({ ...parts, createShard: runs.createShard, isKept }, runId, at, operator(caller), prompts))
    },
    'runs.replay': async ({ runId }) => {
      const replayed = await reader.replayRun(runId, paths.blobs)
      if (!replayed.ok) return replayed
      if (replayed.value === null) return unknown
      const { events, firstBreak, differences, status } = replayed.value
      const [isChainWhole, isSame] = [firstBreak === null, differences.length === 0]
      const contexts = await contextsOf(runId)
      return ok({ runId, events, isChainWhole, firstBreak, isSame, differences: [...differences], contexts, status })
    },
    'runs.diff': async ({ a, b }) => {
      const compared = await reader.compareRuns(a, b, paths.blobs)
      if (!compared.ok) return compared
      if (compared.value === null) return unknown
      const { isSameInput, isSameResult, steps } = compared.value
      const pairs = steps.map(({ a: one, b: other, ...same }) => ({
        a: one === null ? null : toSide(one),
        b: other === null ? null : toSide(other),
        ...same,
      }))
      return ok({ a, b, isSameInput, isSameResult, steps: pairs })
    },
  }
}

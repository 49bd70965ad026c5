/** Runs tried again, forked, folded again and compared. */
import type { RunDiff } from '../contract/replay.ts'
import type { RunSummary } from '../contract/runs.ts'
import type { Handlers } from '../dispatch.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { compareSteps } from '../domain/run/compare.ts'
import type { Step } from '../domain/run/state.ts'
import { forkRun } from '../runs/fork.ts'
import { retryRun } from '../runs/retry.ts'
import { sha256 } from '../store/event-log.ts'
import type { RunRow } from '../store/runs.ts'
import { answerOf } from './ask.ts'
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
  const { runs, journal, bodies, newId, clock, loop, reader, paths } = services
  const parts = { journal, shardOf: runs.shard, newId, clock }

  const begun = (made: Result<string>): Result<RunSummary> => {
    if (!made.ok) return made
    const row = runs.get(made.value)
    if (row === null) return unknown
    loop.wake()
    return ok(toRun(services, row))
  }

  /** Each text is read once, however often it is compared. A purged one is the same as itself only. */
  const createSameText = () => {
    const keys = new Map<string, string>()
    const keyOf = (body: string): string => {
      const known = keys.get(body)
      if (known !== undefined) return known
      const text = bodies.read(body)
      const key = text === null ? body : sha256(text)
      keys.set(body, key)
      return key
    }
    return (a: string, b: string): boolean => keyOf(a) === keyOf(b)
  }

  /** An answer names its run and how long it took; what it says is compared. */
  const isSameResult = (a: RunRow, b: RunRow, isSameText: (a: string, b: string) => boolean): boolean => {
    if (a.result === null || b.result === null) return a.result === b.result && a.status === b.status && a.failure === b.failure
    const said = [a, b].map((row) => {
      const answer = answerOf(services, row)
      return answer === null ? null : canonicalJson([answer.supported, answer.claims, answer.citations, answer.nearest])
    })
    return said[0] === null || said[1] === null ? isSameText(a.result, b.result) : said[0] === said[1]
  }

  return {
    'runs.retry': ({ runId }, caller) => begun(retryRun({ ...parts, attemptsOf: runs.attemptsOf }, runId, operator(caller))),
    'runs.fork': ({ runId, at }, caller) => {
      const isKept = (body: string) => bodies.read(body) !== null
      return begun(forkRun({ ...parts, createShard: runs.createShard, isKept }, runId, at, operator(caller)))
    },
    'runs.replay': async ({ runId }) => {
      const replayed = await reader.replayRun(runId, paths.blobs)
      if (!replayed.ok) return replayed
      if (replayed.value === null) return unknown
      const { events, firstBreak, differences, status } = replayed.value
      const [isChainWhole, isSame] = [firstBreak === null, differences.length === 0]
      return ok({ runId, events, isChainWhole, firstBreak, isSame, differences: [...differences], status })
    },
    'runs.diff': ({ a, b }) => {
      const [left, right] = [runs.get(a), runs.get(b)]
      const [leftState, rightState] = [journal.read(a).state, journal.read(b).state]
      if (left === null || right === null || leftState.status === 'absent' || rightState.status === 'absent') return unknown
      const isSameText = createSameText()
      const isSame = (one: BodyRef, other: BodyRef): boolean => isSameText(one.body, other.body)
      const steps = compareSteps(leftState.steps, rightState.steps, isSame).map(({ a: one, b: other, ...same }) => ({
        a: one === null ? null : toSide(one),
        b: other === null ? null : toSide(other),
        ...same,
      }))
      return ok({ a, b, isSameInput: isSameText(left.input, right.input), isSameResult: isSameResult(left, right, isSameText), steps })
    },
  }
}

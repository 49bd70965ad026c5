/** One run in a core that is killed at a chosen moment: start it, wait for it, decide on it, and look at it from outside. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallOutput } from '../../main/contract/calls.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { createPaths } from '../../main/platform/paths.ts'
import type { Arm } from './core-messages.ts'
import { agentName, type Planned, topicOf } from './crash-agent.ts'
import type { KillableCore } from './killable-core.ts'
import { lookOutside, type SeenRun } from './look-outside.ts'
import { EffectLine, effectsFile, readLines } from './outside-world.ts'
import type { Station } from './station.ts'

const limits = { waitMs: 20_000 } as const

type Approval = CallOutput<'approvals.get'>

/** The same run on the disk, whether a core runs or not. */
export function seenRun({ data }: Station, runId: string): SeenRun {
  const found = lookOutside(createPaths(data)).runs.find(({ id }) => id === runId)
  if (found === undefined) throw new Error(`there is no ${runId}`)
  return found
}

export const effectsOf = ({ outside }: Station, stepId: string): number =>
  readLines(effectsFile(outside), EffectLine).filter((line) => line.stepId === stepId).length

export async function startRun(core: KillableCore, { table }: Station, plan: readonly Planned[], name = 'one'): Promise<string> {
  const started = await core.call('runs.start', { agent: agentName, input: { topic: topicOf(name, plan, table), memo: name } })
  if (started === null) throw new Error('the core is gone')
  return started.runId
}

/** Waits until the run is as wanted. */
export async function until(core: KillableCore, runId: string, isWanted: (run: RunSummary) => boolean): Promise<RunSummary> {
  const endsAt = performance.now() + limits.waitMs
  for (;;) {
    const run = await core.call('runs.get', { runId })
    if (run !== null && isWanted(run)) return run
    if (run === null || performance.now() > endsAt) throw new Error(`${runId} is ${run?.status} ${run?.holds.join(' ')}`)
    await sleep(5)
  }
}

export const isWaiting = ({ status, holds }: RunSummary): boolean => status === 'held' && holds.includes('approval')

/** The request that the run waits with. */
export async function request(core: KillableCore, runId: string): Promise<Approval> {
  await until(core, runId, isWaiting)
  const found = (await core.call('approvals.list'))?.items.find((item) => item.runId === runId)
  const whole = found === undefined ? null : await core.call('approvals.get', { holdId: found.holdId })
  if (whole === null) throw new Error('nothing waits')
  return whole
}

export const approve = (core: KillableCore, { holdId, argumentsHash }: Approval) =>
  core.tryCall('approvals.approve', { holdId, argumentsHash })

/** Arms, does this, and waits until the core is dead. */
export async function dieAt(core: KillableCore, arm: Arm, work: () => Promise<unknown>): Promise<void> {
  await core.arm(arm)
  await work()
  await core.exited
  await core.kill()
}

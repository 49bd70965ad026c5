/** The ways in which a core or a child of it dies, each with the work that goes on meanwhile. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChildName, killChild } from './child-kills.ts'
import type { Arm } from './core-messages.ts'
import type { Planned } from './crash-agent.ts'
import type { KillableCore } from './killable-core.ts'
import type { Scene } from './scene.ts'

const limits = { momentMs: 3_000, workMs: 350, childMs: 10_000, endMs: 60_000 } as const

async function workUntil(scene: Scene, core: KillableCore, isOver: () => boolean): Promise<void> {
  while (!isOver() && (await scene.operator.act(core)));
}

function someFiles(scene: Scene): string {
  scene.files += 1
  const folder = join(scene.station.outside, `files-${scene.files}`)
  mkdirSync(folder, { recursive: true })
  for (let i = 0; i < 3; i++) writeFileSync(join(folder, `${i}.md`), `# Paper ${scene.files}\n\nThe quay ${i} of ${scene.files} is dry.\n`)
  return folder
}

/** What makes a moment come that work alone seldom brings. */
async function provoke(scene: Scene, core: KillableCore, name: string): Promise<void> {
  if (name.startsWith('audit.')) void core.tryCall('audit.checkpoint')
  if (name.startsWith('child.')) void core.tryCall('imports.start', { sources: [{ path: someFiles(scene) }] })
}

/** The runs that are not at their end, with where they stand. */
async function openOnes(core: KillableCore): Promise<string> {
  const runs = (await core.call('runs.list', { limit: 50 }))?.items ?? []
  const open = runs.filter(({ endedAt }) => endedAt === null)
  return open.map(({ id, agent, status, holds }) => [id, agent, status, ...holds].join(' ')).join(', ')
}

/** A child dies; the core lives, and what the child was asked for comes to an end. */
export async function killOneChild(scene: Scene, core: KillableCore, name: ChildName): Promise<boolean> {
  const { roll, station, operator } = scene
  const ends: Array<() => Promise<boolean>> = []
  const hasEnded = async (runId: string) => {
    const run = await core.call('runs.get', { runId })
    return run === null || run.endedAt !== null || run.status === 'held'
  }
  if (name === 'parser') {
    const started = await core.call('imports.start', { sources: [{ path: someFiles(scene) }] })
    ends.push(async () => (await core.call('imports.get', { importId: started?.importId }))?.state !== 'running')
  } else if (name === 'inference') {
    const started = await core.call('ask.start', { question: `When did the pump fail? ${roll(1_000_000)}`, modelId: station.modelId })
    ends.push(() => hasEnded(started?.runId ?? ''))
  } else {
    const plan: readonly Planned[] = ['search', 'query', 'query']
    const runId = await operator.startRun(core, plan)
    ends.push(() => hasEnded(runId ?? ''))
  }
  let isDone = false
  const killing = killChild(core, name, roll(120), limits.childMs).then((isKilled) => {
    isDone = true
    return isKilled
  })
  await workUntil(scene, core, () => isDone)
  const isKilled = await killing
  const endsAt = performance.now() + limits.endMs
  for (const isOver of ends) {
    while (!(await isOver())) {
      if (performance.now() > endsAt) throw new Error(`what the ${name} was asked for never ended: ${await openOnes(core)}`)
      await sleep(10)
    }
  }
  return isKilled
}

/** Works with the core until it dies: at the moment, or at random when that does not come. True when the moment came. */
export async function killAtMoment(scene: Scene, core: KillableCore, { name, count }: Arm): Promise<boolean> {
  let isGone = false
  void core.exited.then(() => {
    isGone = true
  })
  await core.arm({ name, count })
  await provoke(scene, core, name)
  const endsAt = performance.now() + limits.momentMs
  await workUntil(scene, core, () => isGone || performance.now() > endsAt)
  // A dead core's socket is closed before its end is told.
  if (!isGone && performance.now() <= endsAt) await core.exited
  await core.kill()
  return performance.now() <= endsAt
}

export async function killRandomly(scene: Scene, core: KillableCore): Promise<void> {
  const endsAt = performance.now() + scene.roll(limits.workMs)
  const timer = sleep(endsAt - performance.now()).then(() => core.kill())
  await workUntil(scene, core, () => performance.now() > endsAt)
  await timer
}

/**
 * Kills cores and their children in every way there is, one after the other, and looks after each whether all that must hold does. What
 * is killed when follows from the seed; what the machine makes of it does not.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { faultsOf } from '../support/check-store.ts'
import { createDice } from '../support/dice.ts'
import { type ChildName, killChild } from './child-kills.ts'
import { type Arm, moments, startMoments } from './core-messages.ts'
import type { Planned } from './crash-agent.ts'
import { ownerless, wrongDecisions, wrongEffects, wrongLedger, wrongModelCalls } from './invariants.ts'
import type { KillableCore, Starter } from './killable-core.ts'
import { lookOutside } from './look-outside.ts'
import { createOperator, type Operator, type Roll } from './operator.ts'
import { EffectLine, effectsFile, ModelLine, modelCallsFile, readLines } from './outside-world.ts'
import { createMemory, type Memory } from './remembered.ts'
import { copyStation, type Prepared, type Station } from './station.ts'

const limits = {
  countMax: 12,
  momentMs: 3_000,
  workMs: 350,
  childMs: 10_000,
  finishMs: 60_000,
  violationsMax: 20,
  eventsShown: 12,
} as const

export type Kill = { readonly kind: 'moment'; readonly arm: Arm } | { readonly kind: 'core' } | { readonly kind: ChildName }

export const invariants = {
  1: 'rows are the fold, and every chain verifies',
  2: 'no unsafe call is dispatched or happens twice',
  3: 'no acknowledged command is lost',
  4: 'every run that has not ended has an owner, a place in the queue, or a hold',
  5: 'no finished model call is repeated, and the ledger is true and within its limits',
  6: 'a request is decided once, and used by its own call and arguments',
  7: 'a pause survives',
} as const

export interface Figures {
  /** By what was killed, or by the moment at which. */
  readonly kills: Map<string, number>
  /** Moments that did not come while they were waited for; the core was killed at random then. */
  readonly missed: Map<string, number>
  readonly violations: string[]
  lives: number
  stations: number
  looks: number
  lookMs: number
  /** Of the runs that a person started: how they ended. */
  readonly ends: Map<string, number>
  /** Of the requests that a person decided: how. */
  readonly decisions: Map<string, number>
  effects: number
  modelCalls: number
}

/** Passed by a start alone, and only after a run was lost. */
const startOnly = 'loop.before_recover'

const nameOf = (kill: Kill): string => (kill.kind === 'moment' ? kill.arm.name : kill.kind)

const add = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)

/** Moments that are brought about once each time they are waited for; the others come many times in any work. */
const isRare = (name: string): boolean => /^(audit|child)\./.test(name) || name === startOnly

/** Every moment once, then chance: half at a moment, a third anywhere, the rest at children. */
export function planKills(count: number, roll: Roll): readonly Kill[] {
  const children: readonly ChildName[] = ['inference', 'parser', 'table']
  const atMoment = (name: string, countMax: number): Kill => ({
    kind: 'moment',
    arm: { name, count: isRare(name) ? 1 : 1 + roll(countMax) },
  })
  const first: readonly Kill[] = [...moments.map((name) => atMoment(name, 2)), ...children.map((kind): Kill => ({ kind }))]
  const any = (): Kill => {
    const way = roll(12)
    if (way < 6) return atMoment(moments[roll(moments.length)] ?? 'journal.after_commit', limits.countMax)
    if (way < 10) return { kind: 'core' }
    return { kind: children[roll(children.length)] ?? 'parser' }
  }
  return Array.from({ length: count }, (_, i) => first[i] ?? any())
}

export interface CampaignOptions {
  readonly starter: Starter
  readonly prepared: Prepared
  readonly folder: string
  readonly kills: number
  readonly seed: number
  /** A station is finished, verified and left after so many; what is looked at after each kill grows with it. */
  readonly killsPerStation: number
  readonly onKill: (done: number, figures: Figures) => void
  /** Told after each station whether to go on. */
  readonly isOver: () => boolean
}

interface Scene {
  readonly station: Station
  readonly memory: Memory
  readonly operator: Operator
  readonly roll: Roll
  readonly figures: Figures
  files: number
}

/** Looks at the disk and at what was acknowledged, and puts what is wrong among the figures. */
async function look({ station, memory, figures }: Scene, core: KillableCore, during: string): Promise<void> {
  const startedAt = performance.now()
  const effects = () => readLines(effectsFile(station.outside), EffectLine)
  const before = effects()
  const modelCalls = readLines(modelCallsFile(station.outside), ModelLine)
  const seen = lookOutside(core.paths)
  const found: Readonly<Record<keyof typeof invariants, readonly string[]>> = {
    1: faultsOf(core.paths),
    2: wrongEffects(seen, before, effects()),
    3: memory.lost(seen),
    4: ownerless(seen, core.pid),
    5: [...wrongModelCalls(seen, modelCalls), ...wrongLedger(seen)],
    6: wrongDecisions(seen),
    7: memory.resumedByItself(seen),
  }
  figures.looks += 1
  figures.lookMs += performance.now() - startedAt
  for (const [number, faults] of Object.entries(found)) {
    for (const fault of faults) {
      const sentence = `${number}: ${fault}`
      if (figures.violations.some((known) => known.startsWith(sentence))) continue
      figures.violations.push(`${sentence} (${during})`)
      const run = seen.runs.find(({ id }) => fault.includes(id))
      // The end of its story, for whoever looks into it.
      const types = run?.recorded.slice(-limits.eventsShown).map(({ event }) => event.type) ?? []
      console.error(`${sentence} (${during}): ${types.join(' ')}`)
    }
  }
}

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

/** A child dies; the core lives, and what the child was asked for comes to an end. */
async function killOneChild(scene: Scene, core: KillableCore, name: ChildName): Promise<boolean> {
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
  const endsAt = performance.now() + limits.childMs
  for (const isOver of ends) {
    while (!(await isOver())) {
      if (performance.now() > endsAt) throw new Error(`what the ${name} was asked for never ended`)
      await sleep(10)
    }
  }
  return isKilled
}

/** Works with the core until it dies: at the moment, or at random when that does not come. True when the moment came. */
async function killAtMoment(scene: Scene, core: KillableCore, { name, count }: Arm): Promise<boolean> {
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

async function killRandomly(scene: Scene, core: KillableCore): Promise<void> {
  const endsAt = performance.now() + scene.roll(limits.workMs)
  const timer = sleep(endsAt - performance.now()).then(() => core.kill())
  await workUntil(scene, core, () => performance.now() > endsAt)
  await timer
}

async function finish(scene: Scene, starter: Starter): Promise<void> {
  const { station, operator, figures } = scene
  const core = await starter.begin({ data: station.data, outside: station.outside })
  try {
    await look(scene, core, 'before the end')
    await operator.finishAll(core, limits.finishMs)
    await look(scene, core, 'at the end')
    const verified = await core.call('audit.verify')
    if (verified === null || verified.fault !== null) figures.violations.push(`1: the log does not verify: ${verified?.fault?.kind}`)
  } finally {
    await core.close()
  }
}

/** One kill in one scene. Gives back the core when it lives on. */
async function killOnce(
  scene: Scene,
  starter: Starter,
  kill: Kill,
  living: KillableCore | null,
  last: string,
): Promise<KillableCore | null> {
  const { station, roll, figures } = scene
  let core = living
  if (core === null) {
    figures.lives += 1
    const isAtStart = kill.kind === 'moment' && (kill.arm.name === startOnly || (startMoments.includes(kill.arm.name) && roll(2) === 0))
    const arm = isAtStart ? { arm: kill.arm } : {}
    core = await starter.start({ data: station.data, outside: station.outside, thinkMs: roll(4), ...arm })
    if (core === null) {
      add(figures.kills, nameOf(kill))
      return null
    }
    await look(scene, core, `after ${last}`)
  }
  if (kill.kind === 'core') {
    await killRandomly(scene, core)
    add(figures.kills, 'core')
    return null
  }
  if (kill.kind === 'moment') {
    const isReached = await killAtMoment(scene, core, kill.arm)
    if (!isReached) add(figures.missed, kill.arm.name)
    add(figures.kills, isReached ? kill.arm.name : 'core')
    return null
  }
  add((await killOneChild(scene, core, kill.kind)) ? figures.kills : figures.missed, kill.kind)
  await look(scene, core, `after ${kill.kind}`)
  return core
}

export async function runCampaign(options: CampaignOptions): Promise<Figures> {
  const { starter, prepared, folder, seed, killsPerStation, onKill, isOver } = options
  const roll = createDice(seed)
  const figures: Figures = {
    ...{ kills: new Map(), missed: new Map(), violations: [], lives: 0, stations: 0, looks: 0, lookMs: 0 },
    ...{ ends: new Map(), decisions: new Map(), effects: 0, modelCalls: 0 },
  }
  const plan = planKills(options.kills, roll)
  let done = 0
  while (done < plan.length && !isOver() && figures.violations.length < limits.violationsMax) {
    figures.stations += 1
    const station = copyStation(prepared, join(folder, `station-${figures.stations}`))
    const memory = createMemory()
    const scene: Scene = { station, memory, operator: createOperator(memory, roll, station.table), roll, figures, files: 0 }
    let core: KillableCore | null = null
    let last = 'nothing'
    try {
      for (const kill of plan.slice(done, done + killsPerStation)) {
        if (isOver()) break
        // Counted before it: a station that comes to a stop is left behind.
        done += 1
        core = await killOnce(scene, starter, kill, core, last)
        last = nameOf(kill)
        onKill(done, figures)
      }
      await core?.kill()
      core = null
      await finish(scene, starter)
    } catch (error) {
      figures.violations.push(`4: ${error instanceof Error ? error.message : String(error)} (after ${last})`)
      await core?.kill()
    }
    for (const { ended, failure } of memory.runs.values()) add(figures.ends, failure ?? ended ?? 'open')
    for (const { decision } of memory.decided.values()) add(figures.decisions, decision)
    figures.effects += readLines(effectsFile(station.outside), EffectLine).length
    figures.modelCalls += readLines(modelCallsFile(station.outside), ModelLine).length
    rmSync(station.outside, { recursive: true, force: true })
  }
  return figures
}

/**
 * Kills cores and their children in every way there is, one after the other, and looks after each whether all that must hold does. What
 * is killed when follows from the seed; what the machine makes of it does not.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPaths } from '../../main/platform/paths.ts'
import { createDice } from '../support/dice.ts'
import { startMoments } from './core-messages.ts'
import { type Kill, nameOf, planKills, startOnly } from './kill-plan.ts'
import type { KillableCore, Starter } from './killable-core.ts'
import { withoutBundle } from './look-outside.ts'
import { createOperator } from './operator.ts'
import { CrossingLine, crossingsFile, EffectLine, effectsFile, ModelLine, modelCallsFile, readLines } from './outside-world.ts'
import { createMemory } from './remembered.ts'
import { add, type Figures, look, type Scene } from './scene.ts'
import { copyStation, type Prepared } from './station.ts'
import { killAtMoment, killOneChild, killRandomly } from './ways-to-kill.ts'

const limits = { finishMs: 60_000, violationsMax: 20 } as const

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
  for (const sentence of withoutBundle(createPaths(station.data))) figures.violations.push(`5: ${sentence}`)
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
    ...{ ends: new Map(), decisions: new Map(), effects: 0, modelCalls: 0, crossings: 0 },
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
      const sentence = `4: ${error instanceof Error ? error.message : String(error)} (after ${last})`
      console.error(sentence)
      figures.violations.push(sentence)
      await core?.kill()
    }
    for (const { ended, failure } of memory.runs.values()) add(figures.ends, failure ?? ended ?? 'open')
    for (const { decision } of memory.decided.values()) add(figures.decisions, decision)
    figures.crossings += readLines(crossingsFile(station.outside), CrossingLine).length
    figures.effects += readLines(effectsFile(station.outside), EffectLine).length
    figures.modelCalls += readLines(modelCallsFile(station.outside), ModelLine).length
    rmSync(station.outside, { recursive: true, force: true })
  }
  return figures
}

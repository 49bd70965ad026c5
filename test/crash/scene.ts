/** One data folder, the person who works in it, what was acknowledged to them, and the looks that are taken after each kill. */
import { faultsOf } from '../support/check-store.ts'
import { lostRequests, ownerless, wrongCrossings, wrongDecisions, wrongEffects, wrongLedger, wrongModelCalls } from './invariants.ts'
import type { KillableCore } from './killable-core.ts'
import { lookOutside } from './look-outside.ts'
import type { Operator, Roll } from './operator.ts'
import { CrossingLine, crossingsFile, EffectLine, effectsFile, ModelLine, modelCallsFile, readLines } from './outside-world.ts'
import type { Memory } from './remembered.ts'
import type { Station } from './station.ts'

const limits = { eventsShown: 12, inboxMax: 200 } as const

export const invariants = {
  1: 'rows are the fold, and every chain verifies',
  2: 'no unsafe call is dispatched or happens twice',
  3: 'no acknowledged command is lost',
  4: 'every run that has not ended has an owner, a place in the queue, or a hold',
  5: 'no finished model call is repeated, and the ledger is true and within its limits',
  6: 'a request is decided once, and used by its own call and arguments',
  7: 'a pause survives',
  8: 'nothing leaves that nobody let go, and nothing twice by one crossing',
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
  crossings: number
}

export const add = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)

export interface Scene {
  readonly station: Station
  readonly memory: Memory
  readonly operator: Operator
  readonly roll: Roll
  readonly figures: Figures
  files: number
}

/** Looks at the disk and at what was acknowledged, and puts what is wrong among the figures. */
export async function look({ station, memory, figures }: Scene, core: KillableCore, during: string): Promise<void> {
  const startedAt = performance.now()
  const effects = () => readLines(effectsFile(station.outside), EffectLine)
  const before = effects()
  const modelCalls = readLines(modelCallsFile(station.outside), ModelLine)
  const crossings = readLines(crossingsFile(station.outside), CrossingLine)
  const seen = lookOutside(core.paths)
  const inbox = await core.tryCall('approvals.list', { limit: limits.inboxMax })
  const found: Readonly<Record<keyof typeof invariants, readonly string[]>> = {
    1: faultsOf(core.paths),
    2: wrongEffects(seen, before, effects()),
    3: [...memory.lost(seen), ...(inbox === null ? [] : lostRequests(seen, inbox.items))],
    4: ownerless(seen, core.pid),
    5: [...wrongModelCalls(seen, modelCalls), ...wrongLedger(seen)],
    6: wrongDecisions(seen),
    7: memory.resumedByItself(seen),
    8: wrongCrossings(seen, crossings),
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

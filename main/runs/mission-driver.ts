/**
 * The initializer of every mission: looks what is to be done next and does it, one thing after another for each mission, until a run or a
 * person has to move. It keeps nothing of its own; the workers that execute the runs are the loop's.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nextTask } from '../domain/mission/next.ts'
import type { Failpoint } from '../world.ts'
import { knownOf, type MissionParts } from './mission-parts.ts'
import { createMissionTasks } from './mission-tasks.ts'

export interface DriverParts extends MissionParts {
  /** Ids of missions of which something may be left to do. */
  readonly unfinished: () => readonly string[]
  readonly missionOf: (runId: string) => string | null
  readonly failpoint?: Failpoint
  readonly onDefect: (where: string, error: unknown) => void
}

export interface MissionDriver {
  /** Something of this mission moved. */
  wake(missionId: string): void
  /** A run ended, was held or went back to the queue. */
  runMoved(runId: string): void
  /** At a start, and on a timer: whatever was or was not told. */
  look(): void
  /** Pauses every mission at work, so that a person can look first; one at a gate waits for a person anyway. */
  holdAll(): void
  /** Resolves when nothing is left to do without a run or a person. */
  idle(): Promise<void>
  close(): Promise<void>
}

export function createMissionDriver(parts: DriverParts): MissionDriver {
  const { missions, runs, missionOf, unfinished, tokensUsedBy, onDefect } = parts
  const failpoint: Failpoint = parts.failpoint ?? (() => undefined)
  const perform = createMissionTasks(parts)
  const driving = new Map<string, Promise<void>>()
  /** Woken while it was driven: it is looked at once more. */
  const again = new Set<string>()
  /** Told to stop, and not over yet. */
  const cancelled = new Set<string>()
  let isClosing = false

  async function drive(id: string): Promise<void> {
    for (;;) {
      await nextTurn()
      const known = knownOf(missions.read(id))
      if (known === null || isClosing) return
      const task = nextTask(known.mission, (runId) => runs.get(runId)?.status ?? null, cancelled, {
        byMission: () => tokensUsedBy(id),
        byRun: (runId) => runs.get(runId)?.tokensUsed ?? 0,
      })
      if (task === null) return
      failpoint(`mission.before_${task.do}`)
      const done = await perform(id, known, task)
      if (task.do === 'cancel_run') cancelled.add(task.runId)
      if (task.do === 'end_run') cancelled.delete(task.runId)
      if (!done.ok) {
        // Where a person was quicker, what that person did wakes it again; anything else is looked at on the timer.
        if (!done.error.code.startsWith('mission.')) onDefect(id, done.error)
        return
      }
      failpoint(`mission.after_${task.do}`)
    }
  }

  function wake(id: string): void {
    if (isClosing) return
    if (driving.has(id)) return void again.add(id)
    const driven = drive(id)
      .catch((error: unknown) => onDefect(id, error))
      .then(() => {
        driving.delete(id)
        if (again.delete(id)) wake(id)
      })
    driving.set(id, driven)
  }

  let looking: Promise<void> | null = null
  /** One after another: each may have to be read from its first event on. */
  async function lookAtAll(): Promise<void> {
    for (const id of unfinished()) {
      if (isClosing) return
      wake(id)
      await driving.get(id)
      await nextTurn()
    }
  }

  return {
    wake,
    runMoved: (runId) => {
      const id = missionOf(runId)
      if (id !== null) wake(id)
    },
    look: () => {
      looking ??= lookAtAll().then(() => {
        looking = null
      })
    },
    holdAll: () => {
      for (const id of unfinished()) missions.send(id, () => [{ type: 'mission.pause' }], { issuer: 'scheduler', account: 'holdfast' })
    },
    idle: async () => {
      while (driving.size > 0 || looking !== null) await Promise.all([looking, ...driving.values()])
    },
    close: async () => {
      isClosing = true
      await Promise.all([looking, ...driving.values()])
    },
  }
}

/** Missions over a real store, journal and loop, with agents that a test plays; opened again on the same folder as after a crash. */
import { randomBytes } from 'node:crypto'
import type { Actor } from '../../main/domain/actor.ts'
import { AgentDefinition } from '../../main/domain/agent.ts'
import { judgeGate } from '../../main/domain/gate-policy.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { MissionCommand } from '../../main/domain/mission/commands.ts'
import { type Gate, gatesOf } from '../../main/domain/mission/gates.ts'
import type { Mission } from '../../main/domain/mission/state.ts'
import { ok } from '../../main/domain/result.ts'
import { createDelegations } from '../../main/runs/delegation.ts'
import { type Agent, createLoop, type Loop } from '../../main/runs/loop.ts'
import { createMissionDriver, type MissionDriver } from '../../main/runs/mission-driver.ts'
import { createMissionJournal, type MissionJournal } from '../../main/runs/mission-journal.ts'
import type { HeldPassageText } from '../../main/runs/mission-result.ts'
import { type Board, createBoard } from '../../main/store/board.ts'
import { createMissions, type Missions } from '../../main/store/missions.ts'
import { createTransaction } from '../../main/store/transaction.ts'
import type { Delegation } from '../../main/tools/delegation.ts'
import type { Failpoint } from '../../main/world.ts'
import { newId, openRunStore, person, type RunStore, testExecutor } from './run-store.ts'
import { waitUntil } from './wait-until.ts'

export const workerDefinition = (name: string): AgentDefinition =>
  AgentDefinition.parse({
    ...{
      name,
      title: name,
      summary: `Plays ${name}.`,
      titleFrom: 'topic',
      tools: ['search_holdings'],
      offers: [],
      stepsMax: 3,
      budget: { tokensMax: 1_000 },
    },
    input: [{ name: 'topic', title: 'Topic', isRequired: true, charsMax: 500, default: null }],
    responsibility: 'Plays.',
    level: 1,
    output: 'findings',
    playbook: [{ tool: 'search_holdings', arguments: { query: '$input.topic' } }],
    draftFrom: 'topic',
  })

/** The one passage that all test results quote. */
export const passage: HeldPassageText = {
  ...{
    passageId: 'doc_00000000000000000000000000.0',
    text: 'The eastern quay is deep and 7 ships lie there.',
    fields: [],
    label: unclassified,
  },
}

/** A result as an agent leaves it: one claim with a quote of the one passage. */
export const resultOf = (text: string, quote = 'The eastern quay is deep'): string =>
  JSON.stringify({
    ...{ tier: 'reflex', device: 'cpu' },
    claims: [{ text, supported: true, citations: [1] }],
    citations: [
      {
        ...{ n: 1, documentId: passage.passageId.split('.')[0], passageId: passage.passageId, file: 'quay.txt' },
        ...{ locator: { kind: 'lines', from: 1, to: 1 }, quote, verified: true },
      },
    ],
  })

export const shard = (key: string, after: readonly string[] = [], agent = 'worker') => ({
  key,
  title: `Find ${key}`,
  agent,
  input: { topic: key },
  after: [...after],
})

export interface MissionStoreOptions {
  readonly agents: Readonly<Record<string, Agent>>
  readonly workers?: number
  readonly failpoint?: Failpoint
}

export interface MissionStore extends RunStore {
  readonly missions: Missions
  readonly board: Board
  readonly missionJournal: MissionJournal
  readonly driver: MissionDriver
  readonly delegationOf: (runId: string) => Delegation
  readonly workers: Loop
  mission(id: string): Mission
  begin(goal?: string, gates?: readonly Gate[], tokensMax?: number): string
  /** Sends a person's command; the code of the refusal, or `ok`. */
  say(id: string, command: MissionCommand): string
  decide(id: string, gate: Gate, decision: string, feedback?: string): string
  /** Until it waits at this gate, or is over. */
  until(id: string, what: Gate | 'over'): Promise<Mission>
}

export function openMissionStore(folder: string, { agents, workers = 2, failpoint }: MissionStoreOptions): MissionStore {
  const store = openRunStore(folder)
  const { db, labels, bodies, runs, journal, log, ledger } = store
  const board = createBoard(db, labels, 'station')
  const missions = createMissions(db, labels, board, 'station')
  const missionJournal = createMissionJournal(
    {
      transaction: createTransaction(db),
      readStream: (stream) => log.readStream(stream),
      append: log.append,
      project: missions.project,
      putBody: bodies.put,
    },
    Date.now,
    () => unclassified,
    () => undefined,
    failpoint === undefined ? undefined : (name) => failpoint(`mission.${name}`),
  )
  const fail = (_where: string, error: unknown) => {
    throw error instanceof Error ? error : new Error(JSON.stringify(error))
  }
  const defects: unknown[] = []
  const loop = createLoop({
    ...{
      journal,
      agentOf: (name) => agents[name],
      runsWith: runs.withStatus,
      readBody: bodies.read,
      executor: { ...testExecutor, boot: newId('boot') },
      newId,
    },
    ...{
      quotaLeft: ledger.left,
      workers: () => workers,
      onStopped: (runId) => driver.runMoved(runId),
      onDefect: (_where, error) => defects.push(error),
    },
    ...(failpoint === undefined ? {} : { failpoint }),
  })
  const shared = {
    ...{ missions: missionJournal, journal, runs, readBody: bodies.read, newId, tokensUsedBy: missions.tokensUsedBy },
    agents: () => Object.keys(agents).map(workerDefinition),
    judge: () => judgeGate({ impact: 'low', risk: 'low', cost: 'low', novelty: 'low' }, null),
    missionOf: (runId: string) => missions.ofRun(runId)?.missionId ?? null,
    ownerOf: (id: string) => missions.get(id)?.createdBy ?? 'nobody',
    heldDocument: () => null,
  }
  const driver = createMissionDriver({
    ...shared,
    clock: Date.now,
    pinsOf: () => ok({ prompts: [], definition: null, label: unclassified }),
    look: async () => ok({ text: '{}', passages: 1, documents: 1 }),
    readPassages: () => async (ids) => ok(ids.includes(passage.passageId) ? [passage] : []),
    modelId: () => null,
    ...{ interrupt: loop.interrupt, wake: loop.wake, unfinished: missions.unfinished },
    ...(failpoint === undefined ? {} : { failpoint }),
    onDefect: failpoint === undefined ? fail : (_where, error) => defects.push(error),
  })
  const delegationOf = createDelegations({ ...shared, moved: driver.wake })
  const mission = (id: string): Mission => {
    const { state } = missionJournal.read(id)
    if (state.phase === 'absent') throw new Error('there is no mission')
    return state
  }
  const by: Actor = person
  const send = (id: string, build: Parameters<MissionJournal['send']>[1]): string => {
    const sent = missionJournal.send(id, build, by, unclassified)
    driver.wake(id)
    return sent.ok ? 'ok' : sent.error.code
  }
  return {
    ...store,
    defects,
    ...{ missions, board, missionJournal, driver, delegationOf, workers: loop, mission },
    begin: (goal = 'What is known of the quay?', optional = [], tokensMax = 100_000) => {
      const id = `msn_${newId('run').slice(4)}`
      const sent = send(id, (put) => [{ type: 'mission.create', goal: put(goal), gates: gatesOf(optional), tokensMax }])
      if (sent !== 'ok') throw new Error(sent)
      return id
    },
    say: (id, command) => send(id, () => [command]),
    decide: (id, gate, decision, feedback) =>
      send(id, (put) => {
        const { plan, joined, shards } = mission(id)
        const commitment = (gate === 'G2' ? plan?.body.commitment : joined?.report.commitment) ?? null
        const said = feedback === undefined ? null : put(feedback)
        return [
          {
            type: 'gate.decide',
            gate,
            decision: decision as 'approve',
            feedback: said,
            commitment,
            shardIds: shards.map(() => newId('shd')),
          },
        ]
      }),
    until: async (id, what) => {
      await waitUntil(
        () => (what === 'over' ? mission(id).outcome !== null : mission(id).openGate?.gate === what),
        `the mission is at ${what}`,
      )
      await driver.idle()
      return mission(id)
    },
    stop: async () => {
      await driver.close()
      await loop.close()
      await store.stop()
    },
  }
}

export const randomName = (): string => randomBytes(6).toString('hex')

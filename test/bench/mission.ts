/** What a mission costs for each of its shards, beside the same runs started bare on the same store: planning, checking, joining and the blackboard. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { openMissionStore, resultOf, shard } from '../support/mission-store.ts'

const sizes = { pairs: 9, shards: 40, workers: 8 } as const

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${(sorted(values)[0] ?? Number.NaN).toFixed(2)}–${(sorted(values).at(-1) ?? Number.NaN).toFixed(2)})`

interface Cost {
  /** Milliseconds of the processor, and of the clock, for each shard. */
  readonly cpu: number
  readonly wall: number
}

async function cost(work: () => Promise<void>): Promise<Cost> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / 1_000 / sizes.shards, wall: (performance.now() - wall) / sizes.shards }
}

const folder = mkdtempSync(join(tmpdir(), 'mission-bench-'))
const plan = JSON.stringify({ shards: Array.from({ length: sizes.shards }, (_, at) => shard(`s${at}`)) })
const worker: Agent = async (session) =>
  ok({ text: resultOf(`Found ${JSON.parse(session.input).fields?.topic ?? 'it'}.`), label: unclassified })
const agents = { plan: async () => ok({ text: plan, label: unclassified }), worker } satisfies Record<string, Agent>

async function missionCost(home: string): Promise<Cost> {
  mkdirSync(home)
  const store = openMissionStore(home, { agents, workers: sizes.workers })
  const taken = await cost(async () => {
    const id = store.begin('What is known?', [], 1_000_000)
    await store.until(id, 'G2')
    store.decide(id, 'G2', 'approve')
    await store.until(id, 'G4')
    store.decide(id, 'G4', 'deploy')
  })
  await store.stop()
  return taken
}

async function bareCost(home: string): Promise<Cost> {
  mkdirSync(home)
  const store = openMissionStore(home, { agents, workers: sizes.workers })
  const taken = await cost(async () => {
    const ids = Array.from({ length: sizes.shards }, () => store.start({ agent: 'worker', input: '{"fields":{"topic":"it"}}' }))
    store.workers.wake()
    while (ids.some((id) => store.run(id).status !== 'complete')) await new Promise((resolve) => setTimeout(resolve, 2))
  })
  await store.stop()
  return taken
}

console.log(
  `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}; ${sizes.pairs} pairs of ${sizes.shards} shards, ${sizes.workers} workers`,
)
const [missions, bare]: [Cost[], Cost[]] = [[], []]
// The first pair warms both up and does not count.
for (let pair = 0; pair <= sizes.pairs; pair++) {
  const a = await missionCost(join(folder, `m${pair}`))
  const b = await bareCost(join(folder, `b${pair}`))
  if (pair === 0) continue
  missions.push(a)
  bare.push(b)
}
const ratio = (of: keyof Cost): string => spread(missions.map((each, at) => each[of] / (bare[at]?.[of] ?? Number.NaN)))
console.log(
  `processor, ms a shard: mission ${spread(missions.map(({ cpu }) => cpu))}, bare run ${spread(bare.map(({ cpu }) => cpu))}, ratio ${ratio('cpu')}`,
)
console.log(
  `clock, ms a shard:     mission ${spread(missions.map(({ wall }) => wall))}, bare run ${spread(bare.map(({ wall }) => wall))}, ratio ${ratio('wall')}`,
)
rmSync(folder, { recursive: true })

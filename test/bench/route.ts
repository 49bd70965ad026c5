/** What a routing decision costs, beside one prepared point read from the store, which is the least that a decision without memory would need. */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouter } from '../../main/routing/choose.ts'
import { createEndpointHealth } from '../../main/routing/health.ts'
import { openStore } from '../../main/store/open.ts'
import { endpointOf, policyOf, taskOf } from '../support/route-cases.ts'
import { testId } from '../support/test-core.ts'

const sizes = { pairs: 41, decisionsPerPair: 2_000 } as const
const target = { decisionMicrosMax: 50 } as const

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[], digits = 1): string =>
  `${median(values).toFixed(digits)} (${(sorted(values)[0] ?? Number.NaN).toFixed(digits)}–${(sorted(values).at(-1) ?? Number.NaN).toFixed(digits)})`

/** Microseconds of the processor for each call: what others on a busy machine take does not count. */
function time(work: (i: number) => void): number {
  const before = process.cpuUsage()
  for (let i = 0; i < sizes.decisionsPerPair; i++) work(i)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / sizes.decisionsPerPair
}

function bench(endpoints: number, db: ReturnType<typeof openStore>) {
  const policy = policyOf()
  const router = createRouter({
    policy: () => policy,
    readEndpoints: () =>
      Array.from({ length: endpoints }, (_, n) => endpointOf({ id: testId('end', n + 1), tier: n % 2 === 0 ? 'datacenter' : 'frontier' })),
    readQuota: () => ({ tokens: 1e9, costMicros: 1e9 }),
    readOverrides: () => [],
    ...{ health: createEndpointHealth(Date.now), clock: Date.now },
    onDefect: (error) => {
      throw error
    },
  })
  router.refresh()
  const tasks = Array.from({ length: 16 }, (_, n) => taskOf({ promptTokens: n * 100, requested: n % 3 === 0 ? 'frontier' : null }))
  const read = db.prepare<[string, string], { value: string }>('SELECT value FROM settings WHERE tenant_id = ? AND key = ?')
  const [decided, reads]: [number[], number[]] = [[], []]
  // The first pair warms both up and does not count.
  for (let pair = 0; pair <= sizes.pairs; pair++) {
    const a = time((i) => void router.decide(tasks[i % tasks.length] ?? taskOf()))
    const b = time(() => void read.get('station', 'station.ceiling'))
    if (pair === 0) continue
    decided.push(a)
    reads.push(b)
  }
  return { endpoints, decided, reads, ratios: decided.map((micros, i) => micros / (reads[i] ?? Number.NaN)) }
}

const folder = mkdtempSync(join(tmpdir(), 'route-bench-'))
const db = openStore(join(folder, 'holdfast.db'))
db.prepare("INSERT INTO settings (tenant_id, key, value) VALUES ('station', 'station.ceiling', '{}')").run()
console.log(
  `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
)
const results = [0, 1, 20].map((endpoints) => bench(endpoints, db))
for (const { endpoints, decided, reads, ratios } of results)
  console.log(`${endpoints} endpoint(s): ${spread(decided)} µs a decision, ${spread(reads)} µs a point read, ${spread(ratios, 2)} of it`)
db.close()
rmSync(folder, { recursive: true })
const isGood = results.every(({ decided }) => median(decided) <= target.decisionMicrosMax)
console.log(`a decision at most ${target.decisionMicrosMax} µs: ${isGood ? 'met' : 'NOT met'}`)
process.exitCode = isGood ? 0 : 1

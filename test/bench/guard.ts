/** What the guard over every way out costs work that goes nowhere: the same process with and without it, in alternating pairs, by processor time. */
import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { guardOf } from '../support/sink.ts'

const sizes = { pairs: Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 25) } as const
const target = { ratioMax: 1.01 } as const
const Work = z.strictObject({ isGuarded: z.boolean(), read: z.number(), commit: z.number(), call: z.number(), connect: z.number() })
type Work = z.infer<typeof Work>

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`

function work(flags: readonly string[]): Work {
  const said = execFileSync(process.execPath, [...flags, join(import.meta.dirname, 'local-work.ts')], { encoding: 'utf8' })
  const done = Work.parse(JSON.parse(said))
  if (done.isGuarded !== flags.length > 0) throw new Error('the guard is not where it should be')
  return done
}

console.log(
  `load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
)
const pairs = Array.from({ length: sizes.pairs }, (_, n) => {
  // Whichever comes first warms the machine up for the other.
  const first = n % 2 === 0 ? work([guardOf('core')]) : work([])
  const second = n % 2 === 0 ? work([]) : work([guardOf('core')])
  return n % 2 === 0 ? { guarded: first, bare: second } : { guarded: second, bare: first }
})
type Kind = 'read' | 'commit' | 'call' | 'connect'
const ratioOf = (kind: Kind): readonly number[] => pairs.map(({ guarded, bare }) => guarded[kind] / bare[kind])
// A shell opens one socket for all its calls: opening is told apart, and is no part of the sum.
const names = {
  read: 'documents read',
  commit: 'commits',
  call: 'calls over an open local socket',
  connect: 'local sockets opened',
} as const
for (const [kind, name] of Object.entries(names) as ReadonlyArray<[Kind, string]>)
  console.log(
    `${name}: ${spread(ratioOf(kind))} of the same without the guard; ${median(pairs.map(({ bare }) => bare[kind])).toFixed(0)} ms bare`,
  )
const whole = ({ read, commit, call }: Work): number => read + commit + call
const all = pairs.map(({ guarded, bare }) => whole(guarded) / whole(bare))
// Other work on the machine only ever adds: the least of many runs is the one that it disturbed least.
const least = (pick: 'guarded' | 'bare'): number => Math.min(...pairs.map((pair) => whole(pair[pick])))
const quietest = least('guarded') / least('bare')
const isGood = quietest <= target.ratioMax
console.log(
  `documents, commits and calls together: ${spread(all)}; of the quietest run of each ${quietest.toFixed(3)}, at most ${target.ratioMax}: ${isGood ? 'met' : 'NOT met'}`,
)
process.exitCode = isGood ? 0 : 1

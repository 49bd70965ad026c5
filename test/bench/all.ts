/** Every benchmark after the other, each in a process of its own: ratios side by side, with the load of the machine. */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'

const benches = [
  ['import', 'reading a document in its process, beside the bare reader'],
  ['recall', 'recall, beside a bare BM25 query'],
  ['append', 'appending events, beside bare inserts at FULL'],
  ['audit', 'sealing the log beside appending to it, and verifying it'],
  ['runs', 'the run engine: a durable step, a long run, a full queue, a store of many runs'],
  ['mission', 'a mission for each of its shards, beside the same runs started bare'],
  ['frames', 'how long the window takes for a frame while 5,000 runs are live, beside the same without events'],
  ['context', 'a context of 200 passages, beside the model call that it is for'],
  ['route', 'a routing decision, beside one point read from the store'],
  ['guard', 'work on this machine, beside the same without the guard'],
  ['decode', 'decoding through the child process, beside the library in its own'],
  ['startup', 'from `holdfast ask` to its first output'],
  ['bundle', 'taking a bundle in, beside sha256sum and cp; memory for 8 GB; what a delta moves'],
  ['latency', 'how long the core keeps others waiting'],
] as const

for (const [name, what] of benches) {
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')
  process.stdout.write(`\n${name}: ${what} (${cpus().length} cores, load ${load})\n`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

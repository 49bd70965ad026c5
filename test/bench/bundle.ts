/**
 * Bundles, beside what a person would do by hand: taking one in against `sha256sum` and `cp` of the same bytes, by turns; the memory that packing and
 * loading 8 GB take at most; and what a delta moves.
 */
import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

const sizes = {
  fileBytes: 512 * 1024 ** 2,
  files: 2,
  largeBytes: 8 * 1024 ** 3,
  smallBytes: 4 * 1024 ** 2,
  rounds: Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 5),
} as const
const targets = { ratioMax: 1.25, residentBytesMax: 256 * 1024 ** 2 } as const

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const worker = join(import.meta.dirname, 'bundle-work.ts')

interface Said {
  readonly ms: number
  readonly residentBytes: number
  readonly copied?: number
  readonly omitted?: readonly string[]
}
const work = (...args: readonly string[]): Said =>
  JSON.parse(execFileSync(process.execPath, [worker, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Said

function randomFile(path: string, bytes: number): void {
  const descriptor = openSync(path, 'w')
  const block = Buffer.alloc(4 * 1024 ** 2)
  for (let at = 0; at < bytes; at += block.length) writeSync(descriptor, randomFillSync(block), 0, Math.min(block.length, bytes - at))
  closeSync(descriptor)
}

function byHand(bundle: string, to: string): number {
  const from = performance.now()
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: bundle })
  execFileSync('cp', ['-r', bundle, to])
  execFileSync('sync', ['-f', to])
  return performance.now() - from
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`
const folder = mkdtempSync(join(tmpdir(), 'bundle-bench-'))
try {
  const names = Array.from({ length: sizes.files }, (_, i) => `model-${i}`)
  for (const name of names) randomFile(join(folder, name), sizes.fileBytes)
  work('pack', folder, '1', '', ...names)
  const bundle = join(folder, 'bundle-1')
  const [ours, hand]: [number[], number[]] = [[], []]
  for (let i = 0; i < sizes.rounds; i++) {
    const [station, copy] = [join(folder, `station-${i}`), join(folder, `copy-${i}`)]
    mkdirSync(station)
    // By turns, so that a change of the machine's pace meets both.
    const both: Array<() => void> = [() => ours.push(work('load', bundle, station).ms), () => hand.push(byHand(bundle, copy))]
    for (const one of i % 2 === 0 ? both : both.reverse()) one()
    if (i < sizes.rounds - 1) rmSync(station, { recursive: true })
    rmSync(copy, { recursive: true })
  }
  const ratios = ours.map((ms, i) => ms / (hand[i] ?? Number.NaN)).toSorted((a, b) => a - b)
  const ratio = median(ratios)
  process.stdout.write(
    `load of ${megabytes(sizes.files * sizes.fileBytes)}: ${median(ours).toFixed(0)} ms, sha256sum and cp ${median(hand).toFixed(0)} ms, ratio ${ratio.toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}, ${sizes.rounds} pairs), at most ${targets.ratioMax}\n`,
  )
  randomFile(join(folder, 'model-1'), sizes.smallBytes)
  work('pack', folder, '2', 'bundle-1', ...names)
  const delta = work('load', join(folder, 'bundle-2'), join(folder, `station-${sizes.rounds - 1}`))
  process.stdout.write(`delta after one model changed: ${delta.copied} bytes moved, ${sizes.smallBytes} changed\n`)
  for (const name of ['bundle-1', 'bundle-2', ...names]) rmSync(join(folder, name), { recursive: true })

  const large = openSync(join(folder, 'large'), 'w')
  ftruncateSync(large, sizes.largeBytes)
  closeSync(large)
  const packed = work('pack', folder, '3', '', 'large')
  const station = join(folder, 'station-large')
  mkdirSync(station)
  const loaded = work('load', join(folder, 'bundle-3'), station)
  process.stdout.write(
    `${megabytes(sizes.largeBytes)}: packed in ${(packed.ms / 1_000).toFixed(1)} s with ${megabytes(packed.residentBytes)}, loaded in ${(loaded.ms / 1_000).toFixed(1)} s with ${megabytes(loaded.residentBytes)}, at most ${megabytes(targets.residentBytesMax)}\n`,
  )
  process.stdout.write(
    `load average ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}\n`,
  )
  const isGood =
    ratio <= targets.ratioMax &&
    Math.max(packed.residentBytes, loaded.residentBytes) <= targets.residentBytesMax &&
    delta.copied === sizes.smallBytes
  process.exitCode = isGood ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

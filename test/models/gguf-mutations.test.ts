import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkGguf, openModelFile } from '../../main/models/gguf-check.ts'
import { makeDecoder } from '../support/decoder.ts'
import { makeEmbedder } from '../support/embedder.ts'
import { seeded } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isLong = process.env.HOLDFAST_LONG_TESTS === '1'
const mutations = isLong ? 10_000 : 2_000
const folder = temporaryFolder()

/** Numbers that break arithmetic: the ends of the types, and counts just beyond a limit. */
const nasty = [0n, 1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]

function mutate(original: Buffer, headerBytes: number, random: () => number): Buffer {
  const bytes = Buffer.from(original)
  const place = () => Math.floor(random() * headerBytes)
  const times = 1 + Math.floor(random() * 4)
  for (let i = 0; i < times; i++) {
    const at = place()
    switch (Math.floor(random() * 5)) {
      case 0:
        bytes[at] = Math.floor(random() * 256)
        break
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
        break
      case 2:
        bytes.writeBigUInt64LE(nasty[Math.floor(random() * nasty.length)] ?? 0n, Math.min(at, bytes.length - 8))
        break
      case 3:
        bytes.copy(bytes, at, place(), Math.min(place() + 64, headerBytes))
        break
      default:
        return bytes.subarray(0, at)
    }
  }
  return bytes
}

test(`MOD-03 ${mutations} seeded mutations each pass or fail with a code, in bounded time and memory`, { timeout: 600_000 }, async () => {
  makeDecoder({ path: join(folder, 'decoder.gguf'), seed: 7 })
  makeEmbedder({ path: join(folder, 'embedder.gguf'), seed: 7 })
  const originals = ['decoder.gguf', 'embedder.gguf'].map((name) => readFileSync(join(folder, name)))
  const random = seeded(20_261_120)
  const path = join(folder, 'mutated.gguf')
  const codes = new Map<string, number>()
  const before = process.memoryUsage().rss
  let slowestMs = 0
  for (let i = 0; i < mutations; i++) {
    const original = originals[i % originals.length] ?? Buffer.alloc(0)
    writeFileSync(path, mutate(original, 22_000, random))
    const opened = await openModelFile(path)
    if (!opened.ok) throw new Error(opened.error.message)
    const started = performance.now()
    const result = await checkGguf(opened.value.handle, opened.value.stat.size)
    slowestMs = Math.max(slowestMs, performance.now() - started)
    await opened.value.handle.close()
    const code = result.ok ? 'passed' : result.error.code
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  console.info(`slowest ${slowestMs.toFixed(1)} ms; ${[...codes].map(([code, count]) => `${code} ${count}`).join(', ')}`)
  expect([...codes.keys()].filter((code) => code !== 'passed' && !/^model\.[a-z_]+$/.test(code))).toEqual([])
  // An unreadable file would mean that the check itself broke.
  expect(codes.has('model.unreadable')).toBe(false)
  expect(codes.size).toBeGreaterThan(8)
  expect(slowestMs).toBeLessThan(2_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
})

/**
 * Decoding through the inference process against node-llama-cpp in a plain process: a synthetic model of half a thousand million
 * parameters, one thread, alternating pairs. Prints ratios.
 */
import '../support/test-guard.ts'
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInference } from '../../main/models/llama-host.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { makeSyntheticDecoder } from '../support/decoder.ts'
import { loadable } from '../support/models.ts'

const sizes = { pairs: 7, tokens: 160, contextTokens: 1_024 } as const
const target = 0.95
const prompt = 'the pump at the north gate failed after inspection'

interface Spread {
  readonly median: number
  readonly least: number
  readonly greatest: number
}

export interface DecodeBench {
  readonly tokens: number
  readonly tokensPerSecond: number
  readonly plainTokensPerSecond: number
  /** Tokens a second through the process ÷ in-process, on the clock of whoever waits. */
  readonly ratio: Spread
  /** The same by processor time of the process that decodes: what remains true on a busy machine. */
  readonly processorRatio: Spread
}

interface Run {
  readonly tokensPerSecond: number
  readonly cpuMsPerToken: number
}

/** Milliseconds of processor time that a process has used, or NaN where the system does not tell. */
function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return Number.NaN
  }
}

/** Made once and kept, since writing it takes longer than measuring. */
export function modelFile(): string {
  const folder = join(import.meta.dirname, '../../.bench')
  const path = join(folder, 'half-billion-q4_0.gguf')
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  makeSyntheticDecoder({ path: `${path}.partial`, seed: 1, contextTokens: sizes.contextTokens, name: 'half-billion' })
  renameSync(`${path}.partial`, path)
  return path
}

/** Measured in the core: rendering, queue and pipes are part of what a user waits for. */
function throughProcess(path: string) {
  const childHost = createChildHost()
  const inference = createInference({ childHost, clock: Date.now, threads: 1, backend: async () => 'cpu', resolveModel: loadable })
  const processorMs = () => cpuMs(inference.health().chat.pid ?? 0)
  return {
    run: async (): Promise<Run> => {
      const cpuBefore = processorMs()
      const started = performance.now()
      const reply = await inference.chat({
        modelId: path,
        messages: [{ role: 'user', text: prompt }],
        schema: null,
        tokensMax: sizes.tokens,
        seed: 1,
        temperature: 0,
        onText: () => {},
      })
      const wallMs = performance.now() - started
      if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
      const { completionTokens, firstTokenMs } = reply.value
      return {
        tokensPerSecond: ((completionTokens - 1) * 1_000) / (wallMs - firstTokenMs),
        cpuMsPerToken: (processorMs() - cpuBefore) / completionTokens,
      }
    },
    close: async () => {
      await inference.close()
      await childHost.close()
    },
  }
}

async function inProcess(path: string) {
  const plain = fork(join(import.meta.dirname, 'decode-in-process.ts'), [path, prompt], { execArgv: [] })
  const message = () => new Promise<unknown>((resolve) => plain.once('message', resolve))
  await message()
  return {
    run: async (): Promise<Run> => {
      const cpuBefore = cpuMs(plain.pid ?? 0)
      const answered = message()
      plain.send(sizes.tokens)
      // The other end is the script beside this one.
      const { tokens, decodeMs } = (await answered) as { readonly tokens: number; readonly decodeMs: number }
      return { tokensPerSecond: ((tokens - 1) * 1_000) / decodeMs, cpuMsPerToken: (cpuMs(plain.pid ?? 0) - cpuBefore) / tokens }
    },
    close: () => plain.disconnect(),
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  greatest: Math.max(...values),
})

export async function benchDecode(pairs: number = sizes.pairs): Promise<DecodeBench> {
  const path = modelFile()
  const through = throughProcess(path)
  const plain = await inProcess(path)
  try {
    // Both have read the weights once before anything counts.
    await through.run()
    await plain.run()
    const a: Run[] = []
    const b: Run[] = []
    for (let pair = 0; pair < pairs; pair++) {
      if (pair % 2 === 0) a.push(await through.run())
      b.push(await plain.run())
      if (pair % 2 === 1) a.push(await through.run())
    }
    const ratios = (of: (a: Run, b: Run) => number) => a.flatMap((one, pair) => (b[pair] === undefined ? [] : [of(one, b[pair])]))
    return {
      tokens: sizes.tokens,
      tokensPerSecond: median(a.map(({ tokensPerSecond }) => tokensPerSecond)),
      plainTokensPerSecond: median(b.map(({ tokensPerSecond }) => tokensPerSecond)),
      ratio: spread(ratios((one, other) => one.tokensPerSecond / other.tokensPerSecond)),
      processorRatio: spread(ratios((one, other) => other.cpuMsPerToken / one.cpuMsPerToken)),
    }
  } finally {
    plain.close()
    await through.close()
  }
}

if (import.meta.main) {
  const { tokens, tokensPerSecond, plainTokensPerSecond, ratio, processorRatio } = await benchDecode()
  const figures = ({ median: middle, least, greatest }: Spread) => `${middle.toFixed(3)} (${least.toFixed(3)}–${greatest.toFixed(3)})`
  console.log(`decode of ${tokens} tokens through the process ÷ in-process: ${figures(ratio)}, target ≥ ${target}`)
  console.log(`the same by processor time: ${figures(processorRatio)}; load average ${loadavg()[0]?.toFixed(2)}`)
  console.log(
    `tokens a second on one thread: ${tokensPerSecond.toFixed(1)} through the process, ${plainTokensPerSecond.toFixed(1)} in-process`,
  )
  process.exitCode = ratio.median >= target ? 0 : 1
}

/**
 * Finds out which backend really computes on this machine: each is tried with the model itself in a throw-away process, since a
 * driver that is present may still crash. What was found is kept with the driver's version.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { arch, cpus, platform, release } from 'node:os'
import * as z from 'zod'
import type { Result } from '../domain/result.ts'
import type { ChildHost } from '../world.ts'
import { fitContext } from './fit.ts'
import type { LoadableModel } from './llama-host.ts'
import { type Backend, backends } from './llama-protocol.ts'
import { openSession } from './llama-session.ts'

const limits = { probeMs: 120_000, tokens: 16, contextTokens: 512 } as const

export const ProbeOutcome = z.strictObject({
  backend: z.enum(backends),
  works: z.boolean(),
  /** The device that computed, as the library names it. */
  device: z.string().nullable(),
  tokensPerSecond: z.number().nullable(),
  /** A failure's code when it does not work. */
  code: z.string().nullable(),
})
export type ProbeOutcome = z.infer<typeof ProbeOutcome>

export const ProbeRecord = z.strictObject({
  /** Machine, driver and model that this holds for. */
  key: z.string(),
  chosen: z.enum(backends),
  outcomes: z.array(ProbeOutcome),
})
export type ProbeRecord = z.infer<typeof ProbeRecord>

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
const hasRenderNode = (): boolean => {
  try {
    return readdirSync('/dev/dri').some((name) => name.startsWith('renderD'))
  } catch {
    return false
  }
}

/** Backends that could work here: a missing device node saves the start of a process. */
export function candidates(): readonly Backend[] {
  if (platform() === 'darwin') return ['metal', 'cpu']
  if (platform() !== 'linux') return ['cuda', 'vulkan', 'cpu']
  const hasNvidia = existsSync('/dev/nvidiactl')
  return [...(hasNvidia ? (['cuda'] as const) : []), ...(hasNvidia || hasRenderNode() ? (['vulkan'] as const) : []), 'cpu']
}

/** Changes when another driver, kernel or processor could give another result. */
export const driverKey = (): string =>
  [
    platform(),
    arch(),
    release(),
    cpus()[0]?.model ?? '',
    readOrEmpty('/proc/driver/nvidia/version').split('\n')[0] ?? '',
    candidates().join('+'),
  ].join('|')

async function tryBackend(childHost: ChildHost, model: LoadableModel, backend: Backend, threads: number): Promise<ProbeOutcome> {
  const signal = AbortSignal.timeout(limits.probeMs)
  const failed = (code: string): ProbeOutcome => ({ backend, works: false, device: null, tokensPerSecond: null, code })
  const fit = fitContext(model, limits.contextTokens, Number.MAX_SAFE_INTEGER)
  if (!fit.ok) return failed(fit.error.code)
  const { contextTokens, neededBytes } = fit.value
  const { file, handle, role } = model
  const opened = await openSession(childHost, { file, handle, role, contextTokens, neededBytes, backend, threads }, signal)
  if (!opened.ok) return failed(opened.error.code)
  const session = opened.value
  try {
    const started = performance.now()
    let computed: Result<unknown>
    if (role === 'embed') computed = await session.embed({ texts: ['A short text to compute with.'], isWhole: false }, signal)
    else {
      const prompt = await session.render([{ role: 'user', text: 'Count to ten.' }])
      computed = prompt.ok
        ? await session.generate(
            {
              prompt: prompt.value.prompt,
              owner: 'probe',
              grammar: null,
              tokensMax: limits.tokens,
              seed: 1,
              temperature: 0,
              topP: null,
              stop: [],
            },
            undefined,
            signal,
          )
        : prompt
    }
    if (!computed.ok) return failed(computed.error.code)
    const seconds = (performance.now() - started) / 1000
    return { backend, works: true, device: session.info.device, tokensPerSecond: limits.tokens / seconds, code: null }
  } finally {
    await session.close()
  }
}

export interface BackendOptions {
  readonly childHost: ChildHost
  readonly resolveModel: (modelId: string) => Promise<Result<LoadableModel>>
  /** Keeps what was found; whatever it gives back is parsed. */
  readonly remember: { get(key: string): unknown; set(key: string, value: unknown): void }
  readonly threads?: number
  /** What to try, best first; found out from the machine when absent. */
  readonly candidates?: readonly Backend[]
}

export interface BackendChooser {
  /** The fastest backend that worked with this model, probed once for each driver. */
  choose(modelId: string): Promise<Backend>
  /** What was found for this model, or null before it was probed. */
  found(modelId: string): ProbeRecord | null
}

export function createBackendChooser(options: BackendOptions): BackendChooser {
  const { childHost, remember } = options
  const settingOf = (modelId: string): string => `models.backend.${modelId}`
  const found = (modelId: string): ProbeRecord | null => {
    const kept = ProbeRecord.safeParse(remember.get(settingOf(modelId)))
    return kept.success && kept.data.key === driverKey() ? kept.data : null
  }
  return {
    found,
    choose: async (modelId) => {
      const known = found(modelId)
      if (known !== null) return known.chosen
      const tried = options.candidates ?? candidates()
      // With nothing to choose from there is nothing to find out.
      if (tried.length === 1) return 'cpu'
      const outcomes: ProbeOutcome[] = []
      for (const backend of tried) {
        const model = await options.resolveModel(modelId)
        if (!model.ok) return 'cpu'
        outcomes.push(await tryBackend(childHost, model.value, backend, options.threads ?? 1))
      }
      const fastest = outcomes
        .filter((outcome) => outcome.works)
        .reduce<ProbeOutcome | null>((best, one) => ((one.tokensPerSecond ?? 0) > (best?.tokensPerSecond ?? -1) ? one : best), null)
      const chosen = fastest?.backend ?? 'cpu'
      remember.set(settingOf(modelId), { key: driverKey(), chosen, outcomes } satisfies ProbeRecord)
      return chosen
    },
  }
}

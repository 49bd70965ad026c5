/** Inside the inference process: loads one model with the ladder of ever smaller demands, and says on which device it came to lie. */
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp'
import { Refusal } from '../child-main.ts'
import { contextLadder, fitLimits } from './fit.ts'
import type { LlamaEvent, LoadReply, LoadRequest } from './llama-protocol.ts'

export interface Loaded<Context> {
  readonly model: LlamaModel
  readonly context: Context
  readonly reply: LoadReply
}

const refused = (): Refusal =>
  new Refusal(
    'model.load_failed',
    'llama.cpp could not load the model.',
    'Its architecture may be unknown to this version, or its file damaged; verify it, or import another.',
  )

async function deviceOf(llama: Llama, model: LlamaModel): Promise<string> {
  if (llama.gpu === false || model.gpuLayers === 0) return 'cpu'
  const names = await llama.getGpuDeviceNames()
  const device = `${names[0] ?? 'GPU'} (${llama.gpu})`
  const layers = model.fileInsights.totalLayers
  return model.gpuLayers >= layers ? device : `${device}, ${model.gpuLayers} of ${layers} layers; the rest on cpu`
}

async function library(request: LoadRequest): Promise<Llama> {
  const wanted = request.backend === 'cpu' ? false : request.backend
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    usePrebuiltBinaries: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    logger: () => {},
    gpu: wanted,
    maxThreads: request.threads,
  }).catch(() => null)
  // The library may quietly give another backend, or one without any device.
  if (llama !== null && llama.gpu === wanted && (wanted === false || (await llama.getGpuDeviceNames()).length > 0)) return llama
  throw new Refusal(
    'model.backend',
    `The ${request.backend} backend of llama.cpp cannot run on this machine.`,
    'The processor serves instead; check the driver of the graphics processor.',
  )
}

/**
 * Tries the wanted context and then smaller ones, on the graphics processor first and then without it. `create` makes the context
 * that the role needs.
 */
export async function load<Context>(
  request: LoadRequest,
  emit: (event: LlamaEvent) => void,
  create: (model: LlamaModel, contextTokens: number) => Promise<{ readonly context: Context; readonly contextTokens: number }>,
): Promise<Loaded<Context>> {
  const llama = await library(request)
  const notes: string[] = []
  for (const gpuLayers of llama.gpu === false ? [0] : (['auto', 0] as const)) {
    const fit = { contextSize: request.contextTokens, embeddingContext: request.role === 'embed' }
    const model = await llama
      .loadModel({
        modelPath: request.file,
        gpuLayers: gpuLayers === 'auto' ? { fitContext: fit } : 0,
        onLoadProgress: (done) => emit({ done, total: 1 }),
        ignoreMemorySafetyChecks: true,
      })
      .catch(() => null)
    if (model === null) {
      notes.push(gpuLayers === 'auto' ? 'The graphics processor could not hold the model.' : 'The processor could not hold the model.')
      continue
    }
    // Positions beyond the trained ones read outside a table in some architectures.
    for (const contextTokens of contextLadder(Math.min(request.contextTokens, model.trainContextSize))) {
      const made = await create(model, contextTokens).catch(() => null)
      if (made === null) {
        notes.push(`A context of ${contextTokens} tokens could not be made.`)
        continue
      }
      const threads = Math.min(request.threads, llama.cpuMathCores)
      const device = await deviceOf(llama, model)
      return {
        model,
        context: made.context,
        reply: { device, contextTokens: made.contextTokens, threads, dimensions: model.embeddingVectorSize, notes },
      }
    }
    await model.dispose()
  }
  throw refused()
}

export const batchTokens = fitLimits.batchTokens

/** Tiny models in a folder of their own, and model files as the registry would hand them out. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result } from '../../main/domain/result.ts'
import { checkGguf } from '../../main/models/gguf-check.ts'
import type { LoadableModel } from '../../main/models/llama-host.ts'
import { makeDecoder } from './decoder.ts'
import { makeEmbedder } from './embedder.ts'

/** Opens and checks a model file the way the registry does, without admitting it. */
export async function loadable(file: string): Promise<Result<LoadableModel>> {
  const handle = await open(file)
  const { size } = await handle.stat()
  const facts = await checkGguf(handle, size)
  if (!facts.ok) {
    await handle.close()
    return facts
  }
  const { role, cacheBytesPerToken, width, vocabulary, contextTokens } = facts.value
  return ok({ file, handle, role, weightsBytes: size, cacheBytesPerToken, width, vocabulary, contextTokens })
}

export interface TinyModels {
  readonly decoder: string
  readonly embedder: string
}

export function tinyModels(folder: string, seed = 1): TinyModels {
  const models = { decoder: join(folder, `decoder-${seed}.gguf`), embedder: join(folder, `embedder-${seed}.gguf`) }
  makeDecoder({ path: models.decoder, seed })
  makeEmbedder({ path: models.embedder, seed })
  return models
}

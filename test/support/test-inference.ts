/** Inference in real processes with one thread, ended after the test file. */
import { afterAll } from 'vitest'
import { createInference, type InferenceHost, type InferenceOptions } from '../../main/models/llama-host.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { loadable } from './models.ts'

/** Model ids are file paths here. Everything is ended after the test file. */
export function testInference(options: Partial<InferenceOptions> = {}): InferenceHost {
  const childHost = createChildHost()
  const inference = createInference({
    childHost,
    clock: Date.now,
    threads: 1,
    backend: async () => 'cpu',
    resolveModel: loadable,
    ...options,
  })
  afterAll(async () => {
    await inference.close()
    await childHost.close()
  })
  return inference
}

import { afterAll, describe, expect, test } from 'vitest'
import { fail, ok } from '../../main/domain/result.ts'
import { createInference } from '../../main/models/llama-host.ts'
import { candidates, createBackendChooser } from '../../main/models/probe.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import type { Child, ChildHost, ChildRequest } from '../../main/world.ts'
import { loadable, tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { decoder, embedder } = tinyModels(temporaryFolder())

const memory = () => {
  const kept = new Map<string, unknown>()
  return { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => void kept.set(key, value) }
}

describe('backends are probed in throw-away processes', () => {
  const childHost = createChildHost()
  afterAll(() => childHost.close())

  test('one that computes is chosen, its speed and device are kept, and it is not probed twice', async () => {
    const remember = memory()
    let started = 0
    const counting: ChildHost = {
      start: (spec) => {
        started++
        return childHost.start(spec)
      },
      close: childHost.close,
    }
    // A backend of another platform never works here, however this machine is equipped.
    const foreign = process.platform === 'darwin' ? 'cuda' : 'metal'
    const options = { childHost: counting, resolveModel: loadable, remember, candidates: [foreign, 'cpu'] as const }
    expect(await createBackendChooser(options).choose(decoder)).toBe('cpu')
    expect(started).toBe(2)
    const [failed, worked] = createBackendChooser(options).found(decoder)?.outcomes ?? []
    expect(failed).toMatchObject({ backend: foreign, works: false, device: null })
    expect(failed?.code).toMatch(/^(model|child)\./)
    expect(worked).toMatchObject({ backend: 'cpu', works: true, device: 'cpu' })
    expect(worked?.tokensPerSecond).toBeGreaterThan(1)
    expect(await createBackendChooser(options).choose(decoder)).toBe('cpu')
    expect(started).toBe(2)
    expect(await createBackendChooser(options).choose(embedder)).toBe('cpu')
  })

  test('what was kept for another driver, or is not what it should be, is found out anew', async () => {
    const remember = memory()
    remember.set(`models.backend.${decoder}`, { key: 'another driver', chosen: 'cuda', outcomes: [] })
    const chooser = createBackendChooser({ childHost, resolveModel: loadable, remember, candidates: ['cpu'] })
    expect(chooser.found(decoder)).toBeNull()
    expect(await chooser.choose(decoder)).toBe('cpu')
    expect(candidates().at(-1)).toBe('cpu')
  })
})

test('a backend that fails when the model is loaded gives way to the processor, and says so', async () => {
  const childHost = createChildHost()
  const foreign = process.platform === 'darwin' ? 'cuda' : 'metal'
  const inference = createInference({ childHost, clock: Date.now, threads: 1, backend: async () => foreign, resolveModel: loadable })
  const ask = () =>
    inference.chat({ modelId: decoder, messages: [{ role: 'user', text: 'x' }], schema: null, tokensMax: 3, seed: 1, temperature: 0 })
  const first = await ask()
  expect(!first.ok && first.error.code).toBe('model.backend')
  const second = await ask()
  expect(second.ok && second.value.device).toBe('cpu')
  expect(inference.health().chat.notes.join()).toMatch(/backend failed; the processor is used/)
  await inference.close()
  await childHost.close()
})

test('G3 a process that answers with garbage fails the call and counts as a fault', async () => {
  const answers: Readonly<Record<string, unknown>> = {
    load: { device: 'cpu', contextTokens: 512, threads: 1, dimensions: 64, notes: [] },
    render: { prompt: 1, tokens: 'many' },
    embed: { vectors: [[1, 2, 3]] },
  }
  const child: Child = {
    pid: 1,
    ended: new Promise(() => {}),
    close: async () => {},
    request: async (request: ChildRequest) => ok(answers[(request.message as { do: string }).do]),
  }
  const inference = createInference({
    childHost: { start: () => child, close: async () => {} },
    clock: () => 0,
    threads: 1,
    backend: async () => 'cpu',
    resolveModel: (id) => (id === 'gone' ? Promise.resolve(fail('model.missing', 'Gone.', 'Import it.')) : loadable(id)),
  })
  const chat = () => inference.chat({ modelId: decoder, messages: [], schema: null, tokensMax: 3, seed: 1, temperature: 0 })
  for (let i = 0; i < 3; i++) {
    const reply = await chat()
    expect(!reply.ok && reply.error.code).toBe('model.garbage')
  }
  expect(inference.health().chat.breaker).toBe('open')
  const vectors = await inference.embed({ modelId: embedder, texts: ['x'] })
  expect(!vectors.ok && vectors.error.code).toBe('model.garbage')
  // A model that is not there is refused before any process, and is nobody's fault.
  const gone = await inference.embed({ modelId: 'gone', texts: ['x'] })
  expect(!gone.ok && gone.error.code).toBe('model.missing')
  expect(inference.health().embed.failuresTotal).toBe(1)
})

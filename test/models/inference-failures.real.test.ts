import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fitLimits, neededBytes } from '../../main/models/fit.ts'
import type { ChatRequest } from '../../main/world.ts'
import { makeDecoder } from '../support/decoder.ts'
import { loadable, tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testInference } from '../support/test-inference.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const { decoder } = tinyModels(folder)

/** Text without end, so that there is a middle to be killed in. */
const endless = { type: 'array', minItems: 200, maxItems: 200, items: { type: 'string', minLength: 400, maxLength: 800 } }
const long = (change: Partial<ChatRequest> = {}): ChatRequest => ({
  modelId: decoder,
  messages: [{ role: 'user', text: 'What failed?' }],
  schema: endless,
  tokensMax: 100_000,
  seed: 1,
  temperature: 0.8,
  ...change,
})
const short = (change: Partial<ChatRequest> = {}): ChatRequest => long({ schema: null, tokensMax: 5, ...change })

describe('G3 a process that dies takes nothing along', () => {
  const inference = testInference()

  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const) {
    test(`${signal} in the middle of an answer is that call's failure, and the next call works within five seconds`, async () => {
      let isKilled = false
      const reply = await inference.chat(
        long({
          onText: () => {
            const { pid } = inference.health().chat
            if (!isKilled && pid !== null) process.kill(pid, signal)
            isKilled = true
          },
        }),
      )
      const diedAt = performance.now()
      expect(!reply.ok && reply.error.code).toBe('child.crash')
      const next = await inference.chat(short())
      expect(performance.now() - diedAt).toBeLessThan(5_000)
      expect(next.ok).toBe(true)
    })
  }

  test('a process that dies while nobody asks is started again by itself', async () => {
    const { pid } = inference.health().chat
    if (pid === null) throw new Error('no process')
    process.kill(pid, 'SIGKILL')
    await waitUntil(() => inference.health().chat.state === 'ready' && inference.health().chat.pid !== pid, 'a new process', 5_000)
  })

  test('a stopped process is ended when a person cancels', async () => {
    const controller = new AbortController()
    const reply = await inference.chat(
      long({
        signal: controller.signal,
        onText: () => {
          const { pid } = inference.health().chat
          if (!controller.signal.aborted && pid !== null) process.kill(pid, 'SIGSTOP')
          controller.abort()
        },
      }),
    )
    expect(!reply.ok && reply.error.code).toBe('child.cancelled')
    expect((await inference.chat(short())).ok).toBe(true)
  })
})

test('G3 after three failures in a row the breaker opens, and a minute later one call may try', async () => {
  let now = 1_000_000
  const inference = testInference({ clock: () => now })
  const crash = () =>
    inference.chat(
      long({
        onText: () => {
          const { pid } = inference.health().chat
          if (pid !== null) process.kill(pid, 'SIGKILL')
        },
      }),
    )
  for (let i = 0; i < 3; i++) {
    const reply = await crash()
    expect(!reply.ok && reply.error.code).toBe('child.crash')
  }
  expect(inference.health().chat.breaker).toBe('open')
  const refused = await inference.chat(short())
  expect(!refused.ok && refused.error.code).toBe('model.breaker_open')
  now += 60_000
  expect(inference.health().chat.breaker).toBe('half_open')
  expect((await inference.chat(short())).ok).toBe(true)
  expect(inference.health().chat).toMatchObject({ breaker: 'closed', failuresTotal: 3 })
})

const hostile: Readonly<Record<string, string>> = {
  range: '{% for i in range(1000000000) %}x{% endfor %}',
  nested: '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}',
  growing: "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
}
for (const [name, template] of Object.entries(hostile)) {
  test(`G5 a chat template that never ends (${name}) is ended, and this process goes on`, async () => {
    const path = join(folder, `hostile-${name}.gguf`)
    makeDecoder({ path, seed: 3, template })
    const inference = testInference()
    const started = performance.now()
    let ticks = 0
    const timer = setInterval(() => ticks++, 20)
    const reply = await inference.chat(short({ modelId: path }))
    clearInterval(timer)
    const elapsedMs = performance.now() - started
    // A template may break off by itself; then the plain layout serves.
    if (!reply.ok) expect(['child.deadline', 'child.crash', 'child.memory']).toContain(reply.error.code)
    expect(elapsedMs).toBeLessThan(20_000)
    expect(ticks).toBeGreaterThan(elapsedMs / 20 / 3)
  })
}

test('MOD-04 a model for which there is no memory is refused with both figures, and a smaller context is reported', async () => {
  const none = testInference({ freeBytes: () => 10_000_000 })
  const refused = await none.chat(short())
  expect(!refused.ok && refused.error.code).toBe('model.memory')
  const model = await loadable(decoder)
  if (!model.ok) throw new Error(model.error.message)
  await model.value.handle.close()
  const little = testInference({ freeBytes: () => neededBytes(model.value, 1_024) + fitLimits.reserveBytes })
  expect((await little.chat(short())).ok).toBe(true)
  expect(little.health().chat.contextTokens).toBe(1_024)
  expect(little.health().chat.notes.join()).toMatch(/reduced from 8192 to 1024 tokens/)
})

test('MOD-02 a file that llama.cpp cannot load is a failure with a code', async () => {
  const path = join(folder, 'unknown.gguf')
  makeDecoder({ path, seed: 3, architecture: 'llama-of-tomorrow' })
  const inference = testInference()
  const reply = await inference.chat(short({ modelId: path }))
  expect(!reply.ok && reply.error.code).toBe('model.load_failed')
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testInference } from '../support/test-inference.ts'

const folder = join(import.meta.dirname, '../../../shared/models')
const stories = join(folder, 'stories260K-f32.gguf')
const vectors = join(folder, 'm2v-static-lexical-192d-q8_0.gguf')
for (const path of [stories, vectors]) if (!existsSync(path)) console.warn(`skipped: no model at ${path}`)

test.skipIf(!existsSync(stories))('a small real model without a template writes plain English', async () => {
  const inference = testInference()
  const reply = await inference.chat({
    modelId: stories,
    messages: [{ role: 'user', text: 'Once upon a time, there was a little girl named Lily.' }],
    schema: null,
    tokensMax: 80,
    seed: 1,
    temperature: 0,
  })
  if (!reply.ok) throw new Error(reply.error.code)
  expect(reply.value.text).toMatch(/\b(she|was|the|and|to)\b/i)
  expect(reply.value.contextTokens).toBeLessThanOrEqual(512)
})

test.skipIf(!existsSync(vectors))('a small real embedder puts like with like', async () => {
  const inference = testInference()
  const texts = ['The pump is leaking water.', 'Water drips from the pump.', 'The minister signed the treaty.']
  const reply = await inference.embed({ modelId: vectors, texts })
  if (!reply.ok) throw new Error(reply.error.code)
  const [a, b, c] = reply.value.vectors
  if (a === undefined || b === undefined || c === undefined) throw new Error('too few')
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, element, index) => sum + element * (y[index] ?? 0), 0)
  expect(a).toHaveLength(192)
  expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.2)
})

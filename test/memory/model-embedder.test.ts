import { expect, test } from 'vitest'
import { fail, ok, type Result } from '../../main/domain/result.ts'
import { createModelEmbedder } from '../../main/memory/model-embedder.ts'
import type { EmbedRequest } from '../../main/world.ts'

const base = {
  modelId: 'mdl',
  name: 'Small',
  digest: 'abc',
  dimensions: 2,
  pooling: 'mean',
  queryPrefix: 'query: ',
  passagePrefix: 'passage: ',
}

/** Records what the model was asked, and answers with what the test says. */
function scripted(answer: (texts: readonly string[]) => Result<readonly Float32Array[]>) {
  const asked: string[][] = []
  const embed = async ({ texts }: EmbedRequest) => {
    asked.push([...texts])
    const vectors = answer(texts)
    return vectors.ok ? ok({ vectors: vectors.value, tokens: 1 }) : vectors
  }
  return { asked, embedder: createModelEmbedder({ ...base, inference: { embed } }) }
}

test('short texts go in batches, with the prefix the model wants, and come back at length one', async () => {
  const { asked, embedder } = scripted((texts) => ok(texts.map(() => Float32Array.of(3, 4))))
  const result = await embedder.embedPassages(Array.from({ length: 20 }, (_, i) => `text ${i}`))
  expect(asked.map((batch) => batch.length)).toEqual([16, 4])
  expect(asked[0]?.[0]).toBe('passage: text 0')
  expect(result.ok && result.value[19]).toEqual(Float32Array.of(0.6, 0.8))
  await embedder.embedQuery('where', () => 1)
  expect(asked[2]).toEqual(['query: where'])
})

test('vectors of another size, or too few of them, are refused', async () => {
  for (const answer of [ok([Float32Array.of(1)]), ok([])]) {
    const result = await scripted(() => answer).embedder.embedPassages(['a'])
    expect(result.ok ? '' : result.error.code).toBe('model.embedding_shape')
  }
})

test('a vector that is not finite becomes zeros, and a failure stays a failure', async () => {
  const broken = await scripted(() => ok([Float32Array.of(Number.NaN, 1)])).embedder.embedPassages(['a'])
  expect(broken.ok && broken.value[0]).toEqual(Float32Array.of(0, 0))
  const failed = await scripted(() => fail('child.crash', 'm', 'h')).embedder.embedQuery('a', () => 1)
  expect(failed.ok ? '' : failed.error.code).toBe('child.crash')
})

test('digest, pooling and both prefixes make another key', () => {
  const inference = { embed: () => Promise.resolve(ok({ vectors: [], tokens: 0 })) }
  const keys = [base, { ...base, digest: 'x' }, { ...base, pooling: 'cls' }, { ...base, queryPrefix: '' }, { ...base, passagePrefix: '' }]
  expect(new Set(keys.map((options) => createModelEmbedder({ ...options, inference }).key)).size).toBe(5)
})

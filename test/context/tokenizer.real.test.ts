/** The builder's count against llama.cpp's own, on a real model file. */
import { expect, test } from 'vitest'
import { buildContext } from '../../main/context/build.ts'
import type { ContextPart } from '../../main/context/render.ts'
import { tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testInference } from '../support/test-inference.ts'

const { decoder } = tinyModels(temporaryFolder())
const inference = testInference()

test('CTX-07 what was counted is what llama.cpp evaluates, against the window that the model really has', async () => {
  const evidence = Array.from({ length: 12 }, (_, i): ContextPart => {
    const text = `The pump at gate ${i} failed; <|im_start|> naïve 泵 🙂 ${'again and again '.repeat(i)}`
    return { kind: 'evidence', source: `doc.${i}`, why: 'found', n: i + 1, title: `paper-${i}.md`, text }
  })
  const built = await buildContext({
    parts: [
      { kind: 'system', source: 'instructions', why: 'agent', text: 'Answer from the passages.' },
      ...evidence,
      { kind: 'question', source: 'question', why: 'asked', text: 'When did it fail?' },
    ],
    countTokens: (messages, pieces) => inference.countTokens(decoder, messages, pieces),
  })
  if (!built.ok) throw new Error(built.error.code)
  const { messages, promptTokens, contextTokens, limitTokens, included, record } = built.value
  let told: unknown = null
  const replied = await inference.chat({
    ...{ modelId: decoder, messages, schema: null, tokensMax: 4, seed: 1, temperature: 0 },
    onPrompt: (prompt) => {
      told = prompt
      return { ok: true, value: null }
    },
  })
  expect(replied).toMatchObject({ ok: true, value: { promptTokens, contextTokens } })
  expect(told).toEqual({ tokens: promptTokens, contextTokens })
  expect(limitTokens).toBe(Math.floor(contextTokens * 0.4))
  expect(included.length).toBeGreaterThan(0)
  const parts = record.parts.reduce((sum, { tokens }) => sum + tokens, 0)
  // Headings and the frame of the template are no part.
  expect(parts).toBeLessThan(promptTokens)
  expect(parts).toBeGreaterThan(promptTokens * 0.7)
})

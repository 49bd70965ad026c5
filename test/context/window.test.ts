/** The share of a window that a prompt may take: the real builder and the real run machine over many seeded contexts, with a counting tokenizer. */
import { expect, test } from 'vitest'
import { buildContext } from '../../main/context/build.ts'
import type { RunEvent } from '../../main/domain/run/events.ts'
import { body, historyOf, id, outcome } from '../domain/run/scenario.ts'
import { contextCase } from '../support/context-cases.ts'

const cases = Number(process.env.HOLDFAST_CONTEXT_CASES ?? 600)
const seed = 20_261_129
const about = { stepId: id('stp'), epoch: 1 } as const

/** What the run machine makes of a context and of the model call right after it. */
function ask(promptTokens: number, contextTokens: number, exemptionId: string | null): readonly string[] {
  const history: readonly RunEvent[] = historyOf.active
  const context = { type: 'context.record', ...about, prompt: body(), passages: [], promptTokens, contextTokens, exemptionId } as const
  const recorded = outcome(history, { ...context, limitTokens: promptTokens }, 'runtime')
  if (typeof recorded === 'string') return [recorded]
  const asked = outcome(
    history,
    {
      ...{ type: 'model.request', ...about, tier: 'edge', modelId: id('mdl'), modelDigest: null, input: body(), seed: 1 },
      ...{ tokensMax: 10, costMicrosMax: 0, left: { tokens: null, costMicros: null } },
    },
    'runtime',
  )
  return [...recorded, ...asked]
}

test(`CTX-02 of ${cases} seeded contexts (seed ${seed}) none goes to a model above 40 % of its window without an exemption that is named`, async () => {
  const seen = { sent: 0, lifted: 0, near: 0, refused: 0, delegated: 0, least: 0 }
  for (let i = 0; i < cases; i++) {
    const one = contextCase(seed + i)
    const built = await buildContext(one)
    if (!built.ok) {
      expect(['context.too_large', 'context.delegate']).toContain(built.error.code)
      if (built.error.code === 'context.delegate') seen.delegated += 1
      else seen.refused += 1
      continue
    }
    const { promptTokens, contextTokens, exemptionId, record, messages } = built.value
    const counted = await one.countTokens(messages, [])
    expect(counted).toMatchObject({ ok: true, value: { tokens: promptTokens } })
    const types = ask(promptTokens, contextTokens, exemptionId)
    expect(types).toContain('model.requested')
    seen.sent += 1
    if (promptTokens > contextTokens * 0.4) {
      expect([one.hasExemption, promptTokens <= contextTokens * 0.6]).toEqual([true, true])
      expect(ask(promptTokens, contextTokens, null)).toEqual(['run.context_over_share'])
      seen.lifted += 1
    }
    if (promptTokens > contextTokens * 0.35 + 1) expect(types).toContain('context.near_limit')
    if (types.includes('context.near_limit')) seen.near += 1
    // Everything that came in is in it, or is named among what was left out.
    const told = [...record.parts, ...record.leftOut].map(({ source }) => source)
    expect(told.toSorted()).toEqual(one.parts.map(({ source }) => source).toSorted())
  }
  // What is never seen shows nothing.
  for (const [what, times] of Object.entries(seen)) if (what !== 'least') expect(times, what).toBeGreaterThan(cases / 200)
}, 600_000)

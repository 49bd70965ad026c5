/**
 * What models write for the agents of the product: random weights under each agent's own grammar, 200 times each, and values of that
 * grammar made by chance. All of it must be a call or a draft that the program takes.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { DraftAnswer } from '../../main/domain/claim.ts'
import { MissionPlan } from '../../main/domain/mission/plan.ts'
import { plannable, planSchema } from '../../main/domain/mission/plan-draft.ts'
import { readRows, rowSchema } from '../../main/domain/table-draft.ts'
import { claimSchema } from '../../main/runs/draft.ts'
import { Choice, choiceInstructions, choiceQuestion, choiceSchemaOf } from '../../main/runs/tool-agent.ts'
import { parseArguments } from '../../main/tools/arguments.ts'
import { findTool } from '../../main/tools/registry.ts'
import type { ChatMessage } from '../../main/world.ts'
import { tinyModels } from '../support/models.ts'
import { values } from '../support/schema-values.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testInference } from '../support/test-inference.ts'

const timesEach = 200
const agents = installedAgents()
const planned = plannable(agents.map(({ definition }) => definition))
/** Names of documents that a planner is shown: they stand in its grammar. */
const names = ['01-report.pdf', 'old “plan”.md']
const columns = ['Date', 'Place', 'Amount']

/** The code of what is wrong with a text as a choice of this agent; null when it is one. */
function choiceFault(text: string, offers: readonly string[]): string | null {
  const parsed = Choice.safeParse(JSON.parse(text))
  if (!parsed.success) return 'malformed'
  if (parsed.data.tool === 'draft_report') return null
  const tool = offers.includes(parsed.data.tool) ? findTool(parsed.data.tool) : null
  if (tool === null) return 'not offered'
  const given = parseArguments(tool, parsed.data.arguments)
  return given.ok ? null : `${tool.name}: ${given.error.message}`
}

interface Form {
  readonly what: string
  readonly schema: unknown
  readonly messages: readonly ChatMessage[]
  readonly faultOf: (text: string) => string | null
}

function formsOf({ definition, prompts }: (typeof agents)[number]): readonly Form[] {
  const { name, output, offers } = definition
  const about = (system: string, question: string): readonly ChatMessage[] => [
    { role: 'system', text: system },
    { role: 'user', text: `Passages:\n\n[1] log.md, line 1\nThe pump failed at noon.\n\nQuestion: ${question}` },
  ]
  const tools = offers.flatMap((one) => findTool(one) ?? [])
  const choice: Form = {
    ...{ what: `${name} chooses`, schema: choiceSchemaOf(tools, planned), faultOf: (text) => choiceFault(text, offers) },
    messages: about(choiceInstructions(prompts.gather ?? '', tools, []), choiceQuestion('The pump')),
  }
  const draft = (what: string, schema: unknown, faultOf: Form['faultOf']): Form => ({
    ...{ what: `${name} ${what}`, schema, faultOf, messages: about(prompts.draft ?? '', 'What of the pump?') },
  })
  const written =
    output === 'plan'
      ? draft('plans', planSchema(planned, names), (text) => {
          // Which task waits for which, and what a field says, is judged after the grammar; a bad plan is replaced by one by rule.
          const plan = MissionPlan.safeParse(JSON.parse(text))
          return plan.success ? null : (plan.error.issues[0]?.message ?? 'malformed')
        })
      : output === 'table'
        ? draft('fills rows', rowSchema(columns)(6), (text) =>
            readRows(text).length === (JSON.parse(text) as { rows: unknown[] }).rows.length ? null : 'rows',
          )
        : draft('writes claims', claimSchema(6), (text) => (DraftAnswer.safeParse(JSON.parse(text)).success ? null : 'claims'))
  return [...(offers.length > 0 ? [choice] : []), ...(prompts.draft === undefined ? [] : [written])]
}
const forms = agents.flatMap(formsOf)

describe(`TOL-07 a real model of random weights, ${timesEach} times each`, () => {
  const { decoder } = tinyModels(temporaryFolder(), 11)
  const inference = testInference()
  test.each(forms.map((form) => [form.what, form] as const))(
    '%s as the program takes it',
    async (_what, { schema, messages, faultOf }) => {
      const faults: string[] = []
      for (let seed = 1; seed <= timesEach; seed++) {
        const reply = await inference.chat({ modelId: decoder, messages, schema, tokensMax: 6_000, seed, temperature: 0.9 })
        if (!reply.ok) throw new Error(reply.error.code)
        const fault = reply.value.stop === 'end' ? faultOf(reply.value.text) : `cut after ${reply.value.completionTokens} tokens`
        if (fault !== null) faults.push(`seed ${seed}: ${fault}`)
      }
      expect(faults).toEqual([])
    },
    900_000,
  )
})

describe(`TOL-07 values of the grammar made by chance, ${timesEach} times each`, () => {
  test.each(forms.map((form) => [form.what, form] as const))('%s as the program takes it', (_what, { schema, faultOf }) => {
    fc.assert(
      fc.property(values(schema as Parameters<typeof values>[0]), (written) => {
        expect(faultOf(JSON.stringify(written))).toBeNull()
      }),
      { numRuns: timesEach },
    )
  })
})

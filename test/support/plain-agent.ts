/** What every definition has and most tests do not care for: an agent that delivers a report. */
import type { AgentDefinition } from '../../main/domain/agent.ts'
import type { PlannableAgent } from '../../main/domain/mission/check-plan.ts'
import type { GatedAgent } from '../../main/runs/tool-step.ts'

type Rest = 'responsibility' | 'level' | 'output' | 'reflex' | 'prefetch' | 'writes' | 'prompts' | 'runbook'

export const plainAgent: Pick<AgentDefinition, Rest> = {
  ...{ responsibility: 'Does one thing for a test.', level: 3, output: 'report', reflex: 'quotes' },
  ...{ prefetch: [], writes: ['*'], prompts: { gather: 'gather', draft: 'draft' }, runbook: 'Run the test again.' },
}

/** What gates go by, of an agent that may make these calls. */
export const gatedAgent = (tools: readonly string[], more: Partial<GatedAgent> = {}): GatedAgent => ({
  ...{ tools: [...tools], offers: [...tools], writes: ['*'], level: 3, prefetch: [], playbook: [] },
  ...more,
})

/** Agents that may be given a task, with one field and with two. */
export const givableAgents: readonly PlannableAgent[] = ['worker', 'other'].map((name, more) => ({
  ...{ name, budget: {} },
  input: Array.from({ length: 1 + more }, (_, at) => ({
    ...{ name: `field${at}`, title: 'Field', kind: 'text' as const, isRequired: true, charsMax: 9_000, default: null },
  })),
}))

/**
 * Asks for one more task of the mission that the run works for. The task goes to another agent as a shard like those of the plan; nothing
 * of it comes back to the run that asked, which goes on with what it has. It never starts a run itself.
 */
import { DelegatedTask, delegatedForm } from '../domain/mission/delegated-task.ts'
import { planDraftLimits } from '../domain/mission/plan-draft.ts'
import { fail, ok } from '../domain/result.ts'
import { delegateTool } from '../domain/tool.ts'
import type { Tool } from './tool.ts'

const limits = { timeoutMs: 10_000 } as const

export const delegate: Tool<DelegatedTask> = {
  name: delegateTool,
  summary: 'Give another agent a separate question; what it finds goes into the report of the mission, not back to you',
  input: DelegatedTask,
  forModels: (agents) => delegatedForm(agents, { title: planDraftLimits.titleCharsMax, field: planDraftLimits.fieldCharsMax }),
  effect: 'idempotent',
  risk: 'delegate',
  timeoutMs: limits.timeoutMs,
  // It reaches no further than the mission does, and what its run is given counts as no trusted value there.
  trusted: [],
  estimateBytes: () => 0,
  needsPerson: (task, { delegation, stepId }) => {
    const judged = delegation.judge(task, stepId)
    // What is not taken is refused by itself.
    return judged.ok && judged.value.needsPerson
  },
  preview: async (task, { delegation, stepId }) => {
    const judged = delegation.judge(task, stepId)
    if (!judged.ok) return judged
    const beyond = judged.value.needsPerson ? ' This goes beyond the plan that was committed.' : ''
    const summary = `Gives ${task.agent} one more task of this mission: ${task.title}. It may spend ${judged.value.tokensAtMost} tokens at most.${beyond}`
    return ok({ summary, diff: null, undo: 'It is left out again, as long as nobody works on it.' })
  },
  perform: async (task, { delegation, stepId, signal }) => {
    if (signal.aborted) return fail('tool.cancelled_before_effect', 'It was cancelled before anything was asked for.', 'Start it again.')
    const added = delegation.add(task, stepId)
    if (!added.ok) return added
    const { key, tokensMax } = added.value
    return ok({ output: { task: key, agent: task.agent, title: task.title, tokensMax }, artifacts: [], label: null, bytesWritten: 0 })
  },

  undo: async (_artifacts, { delegation, stepId }) => delegation.withdraw(stepId),
}

/**
 * What an agent's model has no room for in a draft goes to one more run of the same agent, by rule: once in a run, and only where no
 * person has to be asked for it, since the draft is made from what fits all the same.
 */
import type { AgentDefinition, AgentInput } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import { DelegatedTask, delegationLimits } from '../domain/mission/delegated-task.ts'
import { planLimits } from '../domain/mission/plan.ts'
import { ok, type Result } from '../domain/result.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { delegateTool } from '../domain/tool.ts'
import type { Delegation } from '../tools/delegation.ts'
import type { Output } from './agent-outputs.ts'
import type { Session } from './session.ts'
import type { ProposedCall, ToolParts } from './tool-step.ts'

export interface HandOnParts extends Pick<ToolParts, 'isGuarded'>, Pick<Output, 'beyond'> {
  readonly definition: AgentDefinition
  readonly delegationOf: (runId: string) => Delegation
  readonly promptOf: (run: ExistingRun, use: 'draft') => Result<string | null>
}

/** Whether a call hands on what a draft had no room for. The grammar lets no model name passages. */
export function isHandingOn(session: Pick<Session, 'readBody'>, { kind, name, input }: Step): boolean {
  if (kind !== 'tool' || name !== delegateTool) return false
  const task = DelegatedTask.safeParse(readJson(session.readBody(input.body) ?? ''))
  return task.success && task.data.passages.length > 0
}

/** The call to be made before a draft; null where there is none. */
export function createHandOn({ definition, isGuarded, beyond, delegationOf, promptOf }: HandOnParts) {
  const { name: agent, tools } = definition
  return async (session: Session, run: ExistingRun, input: AgentInput, modelId: string): Promise<Result<ProposedCall | null>> => {
    const delegation = delegationOf(session.runId)
    const mayAsk = tools.includes(delegateTool) && !isGuarded('delegate') && delegation.isOpen()
    if (!mayAsk || run.steps.some((step) => isHandingOn(session, step))) return ok(null)
    const prompt = promptOf(run, 'draft')
    if (!prompt.ok) return prompt
    if (prompt.value === null) return ok(null)
    const left = await beyond({ session, run, input, modelId, instructions: prompt.value, isMade: false })
    if (!left.ok) return left
    const passages = left.value.slice(0, delegationLimits.passagesMax)
    if (passages.length === 0) return ok(null)
    const title = input.title.slice(0, planLimits.titleCharsMax)
    const task = DelegatedTask.safeParse({ agent, title, input: input.fields, passages })
    const judged = task.success ? delegation.judge(task.data, null) : null
    return ok(task.success && judged?.ok === true && !judged.value.needsPerson ? { tool: delegateTool, arguments: task.data } : null)
  }
}

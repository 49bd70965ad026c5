/** How an agent of a test asks for a task of its mission: by the real tool, through the real gates, taking up a call that an ended core left. */
import type { DelegatedTask } from '../../main/domain/mission/delegated-task.ts'
import type { ToolReply } from '../../main/domain/tool.ts'
import type { Session } from '../../main/runs/session.ts'
import { createToolBreakers } from '../../main/runs/tool-breakers.ts'
import { advance, checkCall, type GatedAgent, replyOf, type ToolParts } from '../../main/runs/tool-step.ts'
import type { Delegation } from '../../main/tools/delegation.ts'
import { findTool } from '../../main/tools/registry.ts'
import { gatedAgent } from './plain-agent.ts'
import { newId } from './run-store.ts'
import { toolContext } from './tool-context.ts'

export const task = (topic: string, more: Partial<DelegatedTask> = {}): Partial<DelegatedTask> => ({
  ...{ agent: 'worker', title: `Find ${topic}`, input: { topic } },
  ...more,
})

/** Comes back with its reply, or with the failure that a held run is let go by. Each task is asked for once in a run. */
export async function ask(session: Session, asked: Partial<DelegatedTask>, delegationOf: (runId: string) => Delegation) {
  const definition = gatedAgent(['delegate'])
  const parts: ToolParts & { readonly definition: GatedAgent } = {
    ...{ definition, findTool, newId, breakers: createToolBreakers(Date.now), checks: { verdictOn: async () => ({ isAllowed: true }) } },
    contextOf: ({ runId, signal }, stepId) => toolContext({ runId, stepId, signal, delegation: delegationOf(runId) }),
    ...{ deadline: () => null, isGuarded: () => false, writeTurn: () => 'go' as const },
    onDefect: () => undefined,
  }
  const checked = checkCall(parts, definition, { tool: 'delegate', arguments: asked }, { isPlanned: false, trusted: new Set() })
  if ('code' in checked) throw new Error(checked.code)
  const { input, bytesMax } = checked
  const find = () => session.run().steps.find((step) => step.name === 'delegate' && session.readBody(step.input.body) === input)
  if (find() === undefined)
    await session.propose({ ...{ tool: 'delegate', effect: 'idempotent', risk: 'delegate', input, bytesMax }, tainted: [] })
  for (;;) {
    const step = find()
    if (step === undefined) throw new Error('nothing was proposed')
    if (step.phase !== 'proposed' && step.phase !== 'approved')
      return { phase: step.phase, reply: replyOf(session, step) as ToolReply | null }
    const stepped = await advance(parts, session, step)
    if (!stepped.ok) return stepped
  }
}

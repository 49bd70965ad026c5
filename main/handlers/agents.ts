/** Agents that can be started, the tools they may be given, their calls, and taking a call back. */
import type { StepSummary } from '../contract/agents.ts'
import type { Handlers } from '../dispatch.ts'
import { AgentInput } from '../domain/agent.ts'
import { defaultBudget, mergeBudget } from '../domain/budget.ts'
import { readJson } from '../domain/canonical-json.ts'
import { joinAll } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import { decide } from '../domain/run/decide.ts'
import { taskLabel } from '../domain/task-label.ts'
import { type Effect, needsApproval, type Risk, riskRules, ToolReply } from '../domain/tool.ts'
import { startRun } from '../runs/start-run.ts'
import type { StepRow } from '../store/steps.ts'
import { findTool, tools } from '../tools/registry.ts'
import { undoTool } from '../tools/run-tool.ts'
import { prepareInput } from './agent-input.ts'
import { operator, type Services } from './services.ts'

const unknownAgent = fail('agent.unknown', 'There is no such agent.', 'List the agents to see what there is.')
const unknownStep = fail('step.unknown', 'There is no such call.', 'List the calls of the run.')
const cannotUndo = fail('step.no_undo', 'This call cannot be taken back.', 'Only a finished call of a tool that can undo is taken back.')

type Names = 'tools.list' | 'runs.start' | 'steps.list' | 'runs.undo'

export const agentHandlers = (services: Services): Pick<Handlers, Names> => {
  const { agents, runs, steps, holds, journal, loop, models, newId, clock, ceiling, breakers, toolContextOf, bodies, onDefect } = services

  const wantsPerson = (risk: Risk, effect: Effect) => needsApproval(risk, effect) || services.policy().approvals.includes(risk)
  function toStep(row: StepRow, decidedBy = holds.deciders()): StepSummary {
    const { id, runId, agent, ordinal, kind, name, effect, risk, phase, input, output, feedback, failure, copiedFrom, isImported } = row
    const { startedAt, endedAt, tokens, holdId, decision, decidedAt } = row
    // A row says all of a call but what served a model: only for that the run is folded.
    const state = kind === 'model' ? journal.read(runId).state : null
    const step = state === null || state.status === 'absent' ? undefined : state.steps[ordinal]
    const isTool = kind === 'tool'
    return {
      ...{ id, runId, agent, ordinal, kind, name, effect, risk, phase, input, output, feedback, failure, copiedFrom, startedAt, endedAt },
      served: step?.served ?? null,
      requiresApproval: isTool && wantsPerson(risk, effect),
      approvalTimeoutMs: isTool ? riskRules[risk].approvalTimeoutMs : null,
      approval:
        holdId === null || decision === null ? null : { decision, decidedBy: decidedBy(runId, holdId), decidedAt, reason: feedback },
      durationMs: endedAt === null ? null : Math.max(0, endedAt - startedAt),
      tokensUsed: tokens,
      canUndo: isTool && !isImported && phase === 'succeeded' && copiedFrom === null && findTool(name)?.undo !== undefined,
    }
  }

  return {
    'tools.list': () =>
      ok({
        items: tools.map(({ name, summary, effect, risk }) => ({
          ...{ name, summary, effect, risk, needsApproval: wantsPerson(risk, effect) },
          ...breakers.state(name),
        })),
      }),
    'runs.start': ({ agent, input, budget, tier = null, label: chosen = null }, caller) => {
      const definition = agents.find(agent)?.definition
      // Above what a person may see, it is not there for them.
      const isSeen = services.sightOf(caller.account)?.permits(agents.labelOf(agent)) !== false
      if (definition === undefined || !isSeen) return unknownAgent
      const prepared = prepareInput(services, definition, input, caller.account)
      if (!prepared.ok) return prepared
      const { fields, title, labels } = prepared.value
      const clearance = services.sightOf(caller.account)?.clearance ?? ceiling()
      const label = taskLabel({ chosen, clearance, floor: labels.length === 0 ? null : joinAll(labels), texts: Object.values(fields) })
      if (!label.ok) return label
      const runId = newId('run')
      const modelId = tier === 'reflex' ? null : (models.active('chat')?.id ?? null)
      const given = AgentInput.parse({ title, fields, modelId, tier })
      const limits = mergeBudget(mergeBudget(defaultBudget, definition.budget), budget ?? {})
      const run = {
        runId,
        agent,
        task: agent,
        input: JSON.stringify(given),
        label: label.value,
        conversationId: null,
        budget: limits,
      }
      const started = startRun(
        { journal, createShard: runs.createShard, newId, clock, pinsOf: services.prompts.pinsOf },
        run,
        operator(caller),
      )
      if (!started.ok) return started
      loop.wake()
      return ok({ runId })
    },
    'steps.list': ({ limit, offset, runId, agent, tool, phase }, caller) => {
      const filter = {
        runId: runId ?? null,
        agent: agent ?? null,
        tool: tool ?? null,
        phase: phase ?? null,
        labels: services.sightOf(caller.account)?.labelIds() ?? null,
      }
      const { items, total } = steps.list(filter, limit, offset)
      const decidedBy = holds.deciders()
      return ok({ items: items.map((row) => toStep(row, decidedBy)), total })
    },
    'runs.undo': async ({ runId, stepId }, caller) => {
      const row = steps.get(stepId)
      if (row === null || row.runId !== runId) return unknownStep
      const tool = findTool(row.name)
      const text = row.output === null ? null : bodies.read(row.output)
      if (tool === null || text === null || row.phase !== 'succeeded' || row.copiedFrom !== null) return cannotUndo
      // What was carried here was done elsewhere.
      if (runs.get(runId)?.isImported !== false) return cannotUndo
      const reply = ToolReply.safeParse(readJson(text))
      if (!reply.success) return cannotUndo
      const command = { type: 'tool.undo', stepId } as const
      // Judged before anything is touched: a run under way must be paused first.
      const judged = decide(journal.read(runId).state, command, 'operator', clock())
      if (!judged.ok) return judged
      const label = () => journal.read(runId).label
      const context = toolContextOf({ runId, signal: new AbortController().signal, label }, stepId)
      const undone = await undoTool(tool, reply.data, context, onDefect)
      if (!undone.ok) return undone
      const sent = journal.send(runId, () => [command], operator(caller))
      if (!sent.ok) return sent
      const after = steps.get(stepId)
      return after === null ? unknownStep : ok(toStep(after))
    },
  }
}

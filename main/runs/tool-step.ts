/**
 * One tool call from its choice to its result. Gates come first; where a person must decide, the request is made durable and the run
 * is held, so that nobody waits; the effect comes after its intent.
 */

import type { AgentDefinition } from '../domain/agent.ts'
import { type CallFacts, judgeProposal, passGates } from '../domain/call-gates.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { CheckVerdict } from '../domain/check.ts'
import { matchesPattern } from '../domain/data-sources.ts'
import { type TrustedValues, taintedArguments } from '../domain/provenance.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Step } from '../domain/run/state.ts'
import { needsApproval, type Risk, riskRules, ToolReply } from '../domain/tool.ts'
import { isLookedInto } from '../domain/verification-effort.ts'
import { canonicalArguments } from '../tools/arguments.ts'
import { estimateTool, previewTool, runTool, wantsPerson } from '../tools/run-tool.ts'
import type { AnyTool, ToolContext } from '../tools/tool.ts'
import type { NewId } from '../world.ts'
import { unseenDocument } from './call-meaning.ts'
import { type Checks, commandsFor } from './checks.ts'
import type { Session } from './session.ts'
import type { WriteTurn } from './write-domain.ts'

/** Stops asking a tool that keeps failing. */
export interface ToolBreakers {
  admit(tool: string): boolean
  succeeded(tool: string): void
  failed(tool: string, runId: string): void
}

export interface ToolParts {
  readonly findTool: (name: string) => AnyTool | null
  readonly contextOf: (session: Pick<Session, 'runId' | 'signal' | 'label'>, stepId: string) => ToolContext
  readonly breakers: ToolBreakers
  readonly checks: Checks
  /** Whether a call may write its file now, where runs write into one domain together. */
  readonly writeTurn: (runId: string, step: Step) => WriteTurn
  readonly newId: NewId
  /** When a request that may stand for so long runs out; null = nobody is ever there, and it waits. */
  readonly deadline: (attendedMs: number) => number | null
  /** Whether the policy wants a person for calls of this risk, besides those that always want one. */
  readonly isGuarded: (risk: Risk) => boolean
  readonly onDefect: (where: string, error: unknown) => void
}

export interface ProposedCall {
  readonly tool: string
  readonly arguments: unknown
}

/** Failures of the caller, not of the tool: one who asks for what is not there must not take a tool from everybody. */
const blameless = new Set([
  ...['tool.cancelled', 'tool.bad_arguments', 'table.refused', 'table.failed', 'table.none', 'calculate.refused'],
  ...['document.unknown', 'passage.unknown', 'collection.unknown'],
])
/** So does what a mission does not take. */
const isBlameless = (code: string): boolean => blameless.has(code) || /^(?:mission|plan)\./.test(code)

/** The run waits for a person; whoever executes it lets go of it. */
export const waits = fail('run.has_open_hold', 'The run waits for a person.', 'Decide in Approvals.')

/** What was proposed may not be done; says why, in our own code. */
export type Refusal = { readonly tool: string | null; readonly code: string }

/** Who wants a call: the plan, which is the agent's definition, or a model, which may choose among what it was offered. */
export interface CallSource {
  readonly isPlanned: boolean
  readonly trusted: TrustedValues
}

export interface CheckedCall {
  readonly tool: AnyTool
  readonly input: string
  readonly bytesMax: number
  /** Arguments that neither a person nor the definition gave. */
  readonly tainted: readonly string[]
}

/** What an agent may do, as far as its gates go by it. */
export type GatedAgent = Pick<AgentDefinition, 'tools' | 'offers' | 'writes' | 'level' | 'prefetch' | 'playbook' | 'deliver'>

/** What the first gate looks at. */
function formOf(tool: AnyTool | null, given: unknown): Result<string> {
  return tool === null ? fail('tool.unknown', 'There is no such tool.', 'Look at the list of tools.') : canonicalArguments(tool, given)
}

/** The files of an agent are told by its definition, whoever named this one. */
function isOutsideDomain(tool: AnyTool, input: unknown, { writes }: Pick<AgentDefinition, 'writes'>): boolean {
  const file = tool.risk === 'write' && typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined
  return typeof file === 'string' && !writes.some((pattern) => matchesPattern(pattern, file))
}

/** Whether a call may be proposed at all: known, on the list, well formed, trusted where it must be, its cost known, its tool not broken. */
export function checkCall(
  { findTool, breakers }: Pick<ToolParts, 'findTool' | 'breakers'>,
  agent: Pick<AgentDefinition, 'tools' | 'offers' | 'writes'>,
  call: ProposedCall,
  { isPlanned, trusted }: CallSource,
): CheckedCall | Refusal {
  const tool = findTool(call.tool)
  const name = /^[a-z][a-z0-9_]{0,63}$/.test(call.tool) ? call.tool : null
  if (tool === null) return { tool: name, code: 'tool.unknown' }
  const allowed = isPlanned ? agent.tools : agent.tools.filter((one) => agent.offers.includes(one))
  // What is not on the list is not even read.
  if (!allowed.includes(tool.name)) return { tool: tool.name, code: 'tool.not_allowed' }
  const input = formOf(tool, call.arguments)
  let tainted: readonly string[] = []
  let bytesMax = 0
  const refused = judgeProposal({
    form: () => (input.ok ? null : input.error.code),
    rules: () => {
      // What was parsed is an object, and so was what it was made from.
      const [parsed, given] = [JSON.parse(input.ok ? input.value : '{}'), call.arguments] as ReadonlyArray<
        Readonly<Record<string, unknown>>
      >
      tainted = taintedArguments(parsed ?? {}, given ?? {}, trusted)
      if (tainted.some((argument) => tool.trusted.includes(argument))) return 'tool.tainted_argument'
      if (isOutsideDomain(tool, parsed, agent)) return 'tool.outside_write_domain'
      const bytes = estimateTool(tool, call.arguments)
      if (!bytes.ok) return bytes.error.code
      bytesMax = bytes.value
      return breakers.admit(tool.name) ? null : 'tool.breaker_open'
    },
  })
  if (refused !== null || !input.ok) return { tool: tool.name, code: refused?.code ?? 'tool.unknown' }
  return { tool, input: input.value, bytesMax, tainted }
}

/** What the gates are told of a call that is on record, before it is made: what was right when it was proposed may be wrong now. */
function factsOf(
  parts: ToolParts,
  agent: GatedAgent,
  session: Session,
  step: Step,
  about: { readonly tool: AnyTool; readonly text: string },
): CallFacts {
  const { tool, text } = about
  const input: unknown = JSON.parse(text)
  const isFinal = step.name === agent.deliver?.tool
  const isLooked = isLookedInto(agent.level, { changes: step.effect !== 'read', isFinal, ordinal: step.ordinal })
  const denied: CheckVerdict = { isAllowed: false, code: 'gate.unseen_document', retryAtMs: null, needsPerson: false }
  return {
    form: () => {
      const formed = formOf(tool, input)
      return formed.ok ? null : formed.error.code
    },
    rules: () => {
      if (!agent.tools.includes(tool.name)) return 'tool.not_allowed'
      return isOutsideDomain(tool, input, agent) ? 'tool.outside_write_domain' : null
    },
    meaning: async () => {
      if (isLooked && unseenDocument(session, agent, text) !== null) return denied
      return parts.checks.verdictOn({ runId: session.runId, step, argumentsText: text, label: session.label() })
    },
    person: () => {
      const isRule = needsApproval(step.risk, step.effect) || step.isGuarded || parts.isGuarded(step.risk)
      const needsPerson = isRule || wantsPerson(tool, input, parts.contextOf(session, step.id), parts.onDefect)
      return !needsPerson ? 'not_needed' : step.phase === 'proposed' ? 'needed' : 'approved'
    },
  }
}

/** Takes a call that was chosen one step further: to a person, or to its result. Fails with `run.has_open_hold` when a person must act. */
export async function advance(parts: ToolParts & { readonly definition: GatedAgent }, session: Session, step: Step): Promise<Result<null>> {
  const { findTool, contextOf, breakers, newId, deadline, onDefect } = parts
  const about = { stepId: step.id, epoch: session.epoch } as const
  const tool = findTool(step.name)
  const input = session.readBody(step.input.body)
  if (tool === null || input === null) {
    const code = tool === null ? 'tool.unknown' : 'run.input_purged'
    return session.send(() => [{ type: 'tool.fail', ...about, code, isBeforeEffect: true, output: null, bytesWritten: 0 }])
  }
  const raw: unknown = JSON.parse(input)
  if (step.phase === 'proposed' && step.risk === 'human') {
    const kind = step.name === 'ask_human' ? 'question' : 'gate'
    const asked = session.send(() => [{ type: 'tool.ask', ...about, holdId: newId('hld'), kind }])
    return asked.ok ? waits : asked
  }
  const turn = parts.writeTurn(session.runId, step)
  if (turn === 'circle') {
    const code = 'tool.write_conflict'
    return session.send(() => [{ type: 'tool.fail', ...about, code, isBeforeEffect: true, output: null, bytesWritten: 0 }])
  }
  if (turn !== 'go') {
    const held = session.send(() => [{ type: 'run.wait', epoch: session.epoch, holdId: newId('hld'), waitsFor: turn.waitsFor }])
    return held.ok ? waits : held
  }
  // Before a person is asked, and again before the call is made.
  const outcome = await passGates(
    { ...about, commitment: step.input.commitment },
    factsOf(parts, parts.definition, session, step, { tool, text: input }),
  )
  if (outcome.kind === 'refused') {
    const { code } = outcome
    return session.send(() => [{ type: 'tool.fail', ...about, code, isBeforeEffect: true, output: null, bytesWritten: 0 }])
  }
  if (outcome.kind === 'denied') {
    const { verdict } = outcome
    const denied = session.send(() => commandsFor(verdict, about, newId))
    return denied.ok && verdict.needsPerson ? waits : denied
  }
  if (outcome.kind === 'person') {
    const preview = await previewTool(tool, raw, contextOf(session, step.id), onDefect)
    if (!preview.ok) {
      const { code } = preview.error
      return session.send((put) => [
        { type: 'tool.fail', ...about, code, isBeforeEffect: true, output: put(JSON.stringify(preview.error)), bytesWritten: 0 },
      ])
    }
    const timeoutMs = riskRules[step.risk].approvalTimeoutMs
    const asked = session.send((put) => [
      {
        ...{ type: 'tool.request_approval', ...about, holdId: newId('hld') },
        request: put(JSON.stringify(preview.value)),
        expiresAtMs: timeoutMs === null ? null : deadline(timeoutMs),
      },
    ])
    return asked.ok ? waits : asked
  }
  const performed = await session.perform(step.id, outcome.receipt, async () => {
    const reply = await runTool(tool, raw, contextOf(session, step.id), onDefect)
    if (reply.ok) breakers.succeeded(tool.name)
    else if (!isBlameless(reply.error?.code ?? '')) breakers.failed(tool.name, session.runId)
    return {
      text: canonicalJson(reply),
      failureCode: reply.error?.code ?? null,
      isBeforeEffect: reply.error?.code.endsWith('_before_effect') ?? false,
      bytesWritten: reply.metrics.bytesWritten,
      label: reply.label,
    }
  })
  return performed.ok ? ok(null) : performed
}

/** What a finished call of a tool gave back; null when it gave nothing that can be read. */
export function replyOf(session: Pick<Session, 'readBody'>, step: Step): ToolReply | null {
  const text = step.output === null ? null : session.readBody(step.output.body)
  if (text === null) return null
  const parsed = ToolReply.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}

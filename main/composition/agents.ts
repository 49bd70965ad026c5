/** Agents over the real holdings, inference and tools, as their definitions say. */
import { join } from 'node:path'
import type { AgentDefinition, PromptUse } from '../domain/agent.ts'
import { DataSources } from '../domain/data-sources.ts'
import { type Label, permits } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { SensitiveSpan } from '../domain/sensitive-text.ts'
import type { Artifact } from '../domain/tool.ts'
import type { Services } from '../handlers/services.ts'
import { carriedInto } from '../runs/context-bundles.ts'
import type { DraftParts } from '../runs/draft.ts'
import type { Agent } from '../runs/loop.ts'
import type { Session } from '../runs/session.ts'
import { shownTo } from '../runs/shown-to.ts'
import { createToolAgent } from '../runs/tool-agent.ts'
import type { ToolParts } from '../runs/tool-step.ts'
import type { Delegation } from '../tools/delegation.ts'
import type { QueryTable } from '../tools/holdings.ts'
import type { AnyTool, ToolContext } from '../tools/tool.ts'
import { createToolHoldings, type HoldingParts } from './tool-holdings.ts'

export interface AgentParts
  extends HoldingParts,
    Pick<Services, 'bodies' | 'paths' | 'newId' | 'clock' | 'onDefect' | 'runs' | 'contextBundles' | 'log'> {
  readonly draft: DraftParts
  readonly breakers: ToolParts['breakers']
  readonly checks: ToolParts['checks']
  readonly writeTurn: ToolParts['writeTurn']
  readonly deadline: ToolParts['deadline']
  readonly isGuarded: ToolParts['isGuarded']
  readonly findTool: (name: string) => AnyTool | null
  readonly queryTable: QueryTable
  /** What a run may ask of its mission. */
  readonly delegationOf: (runId: string) => Delegation
  /** The text of a prompt as a run uses it. */
  readonly promptOf: (definition: AgentDefinition, run: ExistingRun, use: PromptUse) => Result<string | null>
  /** Agents that a plan may name in a run of this label. */
  readonly agents: (within: Label) => readonly AgentDefinition[]
  readonly findMore: (text: string) => readonly SensitiveSpan[]
}

/** Where a call runs: the run's own folder, and the holdings under the station's ceiling, as far as the agent may retrieve them. */
export function toolContexts(
  parts: Pick<AgentParts, 'bodies' | 'paths' | 'queryTable' | 'delegationOf'> & HoldingParts,
  sources: DataSources | null,
): ToolParts['contextOf'] {
  const holdings = createToolHoldings(parts, sources)
  const { bodies, paths, queryTable, delegationOf } = parts
  return ({ runId, signal, label }: Pick<Session, 'runId' | 'signal' | 'label'>, stepId): ToolContext => ({
    ...{ runId, stepId, folder: join(paths.runs, runId), holdings, queryTable, signal },
    delegation: delegationOf(runId),
    putBody: (text) => bodies.put(text, label()).body,
    readBody: bodies.read,
  })
}

/** Makes agents of their definitions. */
export function agentMaker(parts: AgentParts): (definition: AgentDefinition) => Agent {
  const { documents, reader, labels, ceiling, draft, breakers, deadline, isGuarded, findTool, newId, clock, onDefect } = parts
  const { promptOf, checks, agents, findMore, writeTurn, delegationOf } = parts
  const readAs = (sources: DataSources) => async (ids: readonly string[]) => {
    const numbers = ids.flatMap((id) => {
      const [documentId = '', ordinal] = id.split('.')
      return documents.passageNumber(documentId, Number(ordinal)) ?? []
    })
    return numbers.length === 0 ? ok([]) : reader.readPassages(numbers, { collections: null, labels: labels.idsWithin(ceiling()), sources })
  }
  const labelOfHeld = (artifact: Artifact): Label | null => {
    if (artifact.kind === 'document') return documents.find(artifact.documentId)?.label ?? null
    return artifact.kind === 'passage' ? documents.passageLabel(artifact.documentId, Number(artifact.passageId.split('.')[1])) : null
  }
  const mayRead = (label: Label) => permits(ceiling(), label)
  const { contextBundles: bundles, runs, bodies, log } = parts
  const shown = (runId: string) => shownTo(runId, { readStream: (stream) => log.readStream(stream), readBody: bodies.read })
  const carried = (runId: string) => carriedInto(runId, { bundles, runs, bodies, mayRead, shownTo: shown, labelOfHeld })
  const passagesOf = (documentId: string): readonly string[] =>
    Array.from({ length: documents.find(documentId)?.passages ?? 0 }, (_, ordinal) => `${documentId}.${ordinal}`)
  return (definition) => {
    const sources = DataSources.parse(definition)
    const home = {
      readPassages: readAs(sources),
      contextOf: toolContexts(parts, sources),
      labelOfHeld,
      carried,
      passagesOf,
      agents,
      findMore,
      delegationOf,
    }
    return createToolAgent({
      ...{ ...draft, ...home, definition, breakers, checks, deadline, isGuarded, writeTurn, findTool, newId, clock, onDefect },
      promptOf: (run, use) => promptOf(definition, run, use),
    })
  }
}

/** The built-in agents: their definitions from `agents/`, over the real holdings, inference and tools. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { AgentDefinition } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import { ContextBundle } from '../domain/context-bundle.ts'
import { DataSources } from '../domain/data-sources.ts'
import { permits } from '../domain/label.ts'
import { ok } from '../domain/result.ts'
import type { Artifact } from '../domain/tool.ts'
import type { Services } from '../handlers/services.ts'
import { createChecks } from '../runs/checks.ts'
import { attemptsBefore } from '../runs/context-bundles.ts'
import type { DraftParts } from '../runs/draft.ts'
import type { Agent } from '../runs/loop.ts'
import type { Session } from '../runs/session.ts'
import { type CarriedBundle, createToolAgent } from '../runs/tool-agent.ts'
import type { ToolParts } from '../runs/tool-step.ts'
import type { QueryTable } from '../tools/holdings.ts'
import type { AnyTool, ToolContext } from '../tools/tool.ts'
import { labelCheck } from './checks.ts'
import { createToolHoldings, type HoldingParts } from './tool-holdings.ts'

const folder = join(import.meta.dirname, '..', 'agents')
const names = ['report-writer'] as const

export interface InstalledAgent {
  readonly definition: AgentDefinition
  readonly instructions: string
  readonly draftInstructions: string
}

const read = (name: string, file: string): string => readFileSync(join(folder, name, file), 'utf8')

/** Agents that a person can start with `runs.start`. A definition that does not parse stops the start: it is part of the product. */
export const installedAgents = (): readonly InstalledAgent[] =>
  names.map((name) => ({
    definition: AgentDefinition.parse(parse(read(name, 'agent.yaml'))),
    instructions: read(name, 'instructions.md'),
    draftInstructions: read(name, 'draft.md'),
  }))

export interface AgentParts
  extends HoldingParts,
    Pick<Services, 'bodies' | 'paths' | 'newId' | 'clock' | 'onDefect' | 'runs' | 'contextBundles'> {
  readonly draft: DraftParts
  readonly breakers: ToolParts['breakers']
  readonly deadline: ToolParts['deadline']
  readonly isGuarded: ToolParts['isGuarded']
  readonly findTool: (name: string) => AnyTool | null
  readonly queryTable: QueryTable
}

/** Where a call runs: the run's own folder, and the holdings under the station's ceiling, as far as the agent may retrieve them. */
export function toolContexts(
  parts: Pick<AgentParts, 'bodies' | 'paths' | 'queryTable'> & HoldingParts,
  sources: DataSources | null,
): ToolParts['contextOf'] {
  const holdings = createToolHoldings(parts, sources)
  const { bodies, paths, queryTable } = parts
  return ({ runId, signal, label }: Pick<Session, 'runId' | 'signal' | 'label'>, stepId): ToolContext => ({
    ...{ runId, stepId, folder: join(paths.runs, runId), holdings, queryTable, signal },
    putBody: (text) => bodies.put(text, label()).body,
    readBody: bodies.read,
  })
}

export function toolAgents(installed: readonly InstalledAgent[], parts: AgentParts): Readonly<Record<string, Agent>> {
  const { documents, reader, labels, ceiling, draft, breakers, deadline, isGuarded, findTool, newId, clock, onDefect } = parts
  const checks = createChecks({ checks: [labelCheck(ceiling)], clock, onDefect })
  const readAs = (sources: DataSources) => async (ids: readonly string[]) => {
    const numbers = ids.flatMap((id) => {
      const [documentId = '', ordinal] = id.split('.')
      return documents.passageNumber(documentId, Number(ordinal)) ?? []
    })
    return numbers.length === 0 ? ok([]) : reader.readPassages(numbers, { collections: null, labels: labels.idsWithin(ceiling()), sources })
  }
  const labelOfHeld = (artifact: Artifact) => {
    if (artifact.kind === 'document') return documents.find(artifact.documentId)?.label ?? null
    return artifact.kind === 'passage' ? documents.passageLabel(artifact.documentId, Number(artifact.passageId.split('.')[1])) : null
  }
  const carried = (runId: string): readonly CarriedBundle[] =>
    attemptsBefore(runId, { bundles: parts.contextBundles, runs: parts.runs }).flatMap(({ label, body, isPurged }) => {
      const isReadable = body !== null && !isPurged && permits(ceiling(), label) && parts.bodies.matches(body)
      const bundle = ContextBundle.safeParse(isReadable ? readJson(parts.bodies.read(body.body) ?? '') : null)
      return bundle.success ? [{ bundle: bundle.data, label }] : []
    })
  const create = (agent: InstalledAgent): Agent => {
    const sources = DataSources.parse(agent.definition)
    const home = { readPassages: readAs(sources), contextOf: toolContexts(parts, sources), labelOfHeld }
    return createToolAgent({
      ...agent,
      ...draft,
      ...home,
      carried,
      breakers,
      checks,
      deadline,
      isGuarded,
      findTool,
      newId,
      clock,
      onDefect,
    })
  }
  return Object.fromEntries(installed.map((agent) => [agent.definition.name, create(agent)]))
}

/**
 * The agents that are offered here: those of the product, and those of the site that nothing speaks against. What is refused says why
 * and where, is not offered, and stops nothing else. A file of the site never takes the name of an agent of the product.
 */
import type { AgentDefinition, InstalledAgent, PromptUse } from '../domain/agent.ts'
import { namedPrompt } from '../domain/agent.ts'
import { type AgentFault, type AgentSurroundings, type CountedPrompt, checkAgent } from '../domain/agent-check.ts'
import { narrowAgent } from '../domain/agent-override.ts'
import { dominates, type Label, unclassified } from '../domain/label.ts'
import type { AgentDesk, CheckedText, RefusedAgent, Shelf, ShelvedAgent } from '../handlers/agent-desk.ts'
import type { AnyTool } from '../tools/tool.ts'
import { type OverrideFile, readAgentText, readSiteAgents } from './read-agents.ts'

export interface ShelfParts {
  readonly folder: string
  readonly builtIn: readonly InstalledAgent[]
  readonly findTool: (name: string) => AnyTool | null
  /** How long a prompt is; null where there is none of this name. */
  readonly countPrompt: (agent: string, name: string) => CountedPrompt | null
}

export const surroundingsOf = ({ findTool, countPrompt }: Omit<ShelfParts, 'folder' | 'builtIn'>, agent: string): AgentSurroundings => ({
  tool: findTool,
  prompt: (_use: PromptUse, reference) => {
    const { agent: owner, name } = namedPrompt(agent, reference)
    return countPrompt(owner, name)
  },
})

const blocking = (faults: readonly AgentFault[]): AgentFault | undefined => faults.find(({ severity }) => severity === 'blocks')

const builtInName = (name: string) => ({
  ...{ code: 'agent.built_in_name', message: `${name} is an agent of the product: give yours another name.`, field: 'name' },
})

export function fillShelf(parts: ShelfParts): Shelf {
  const { folder, builtIn } = parts
  const { agents: files, overrides } = readSiteAgents(folder)
  const refused: RefusedAgent[] = []
  const agents: ShelvedAgent[] = []
  const refuse = (
    file: string,
    { code, message, line = null, field = null }: Omit<RefusedAgent, 'file' | 'line' | 'field'> & Partial<RefusedAgent>,
  ) => void refused.push({ file, code, message, line, field })
  const left = new Map<string, OverrideFile>(overrides.map((override) => [override.name, override]))

  /** The agent as the site lets it be; null where what takes something away cannot be believed. */
  function narrowed(definition: AgentDefinition): { readonly definition: AgentDefinition; readonly isNarrowed: boolean } | null {
    const local = left.get(definition.name)
    if (local === undefined) return { definition, isNarrowed: false }
    left.delete(definition.name)
    if (!local.override.ok) {
      refuse(local.file, local.override.fault)
      return null
    }
    const made = narrowAgent(definition, local.override.value)
    if (!('widens' in made)) return { definition: made, isNarrowed: true }
    refuse(local.file, {
      code: 'agent.override_widens',
      message: `${made.widens} gives more than the agent has; it may only take away.`,
      field: made.widens,
    })
    return null
  }

  function shelve(file: string, whole: AgentDefinition, origin: ShelvedAgent['origin']): void {
    const local = narrowed(whole)
    if (local === null) return
    const faults = checkAgent(local.definition, surroundingsOf(parts, whole.name))
    const worst = blocking(faults)
    // Agents of the product are checked by their own tests; a test's own are taken as they are.
    if (worst !== undefined && (origin === 'site' || local.isNarrowed)) refuse(file, worst)
    else agents.push({ ...local, origin, faults })
  }

  for (const { definition } of builtIn) shelve(`${definition.name}.local.yaml`, definition, 'product')
  const taken = new Set(builtIn.map(({ definition }) => definition.name))
  for (const { file, name, definition } of files) {
    if (taken.has(name)) refuse(file, builtInName(name))
    else if (definition.ok) shelve(file, definition.value, 'site')
    else refuse(file, definition.fault)
  }
  for (const { file, name } of left.values())
    refuse(file, { code: 'agent.override_of_nothing', message: `There is no agent ${name} that it could narrow.` })
  return { agents, refused }
}

/** `ask.yaml` holds the agent `ask`, and a name of the product is taken. */
function checkText(parts: ShelfParts, file: string, text: string): CheckedText {
  const read = readAgentText(file, text)
  if (!read.ok) return { definition: null, refused: read.fault, faults: [] }
  const isTaken = parts.builtIn.some(({ definition }) => definition.name === read.value.name)
  const refused = isTaken ? { ...builtInName(read.value.name), line: null } : null
  return { definition: read.value, refused, faults: checkAgent(read.value, surroundingsOf(parts, read.value.name)) }
}

/** `packLabels`: of the agents of packs, as they lie there when the files are read. */
export function openAgentShelf(parts: ShelfParts, packLabels: () => ReadonlyMap<string, Label>): AgentDesk {
  let [labels, shelf] = [packLabels(), fillShelf(parts)]
  const builtIn = new Set(parts.builtIn.map(({ definition }) => definition.name))
  const labelOf = (name: string): Label => (builtIn.has(name) ? unclassified : (labels.get(name) ?? unclassified))
  return {
    labelOf,
    now: () => shelf,
    definitions: (within) =>
      shelf.agents.flatMap(({ definition }) => (within === undefined || dominates(within, labelOf(definition.name)) ? [definition] : [])),
    find: (name) => shelf.agents.find(({ definition }) => definition.name === name) ?? null,
    check: (file, text) => checkText(parts, file, text),
    reload: () => {
      labels = packLabels()
      shelf = fillShelf(parts)
      return shelf
    },
  }
}

/**
 * The agents that are offered here: those of the product, and those of the site that nothing speaks against. What is refused says why
 * and where, is not offered, and stops nothing else. A file of the site never takes the name of an agent of the product.
 */
import type { AgentDefinition, InstalledAgent, PromptUse } from '../domain/agent.ts'
import { namedPrompt } from '../domain/agent.ts'
import { type AgentFault, type AgentSurroundings, type CountedPrompt, checkAgent } from '../domain/agent-check.ts'
import { AgentFileName, agentOfFile, isNarrowingFile, narrowingFileOf } from '../domain/agent-file.ts'
import { narrowAgent } from '../domain/agent-override.ts'
import { dominates, type Label, unclassified } from '../domain/label.ts'
import type { AgentDesk, CheckedText, RefusedAgent, Shelf, ShelvedAgent } from '../handlers/agent-desk.ts'
import type { AnyTool } from '../tools/tool.ts'
import { linesOfFields, type OverrideFile, readAgentText, readAsIfThere, readSiteAgents } from './read-agents.ts'

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

const badName = {
  code: 'agent.bad_name',
  message: 'This is no name of a file of an agent: small letters, digits and hyphens.',
  field: null,
}

const builtInName = (name: string) => ({
  ...{ code: 'agent.built_in_name', message: `${name} is an agent of the product: give yours another name.`, field: 'name' },
})

/** An agent as the site lets it be; `refused` is why it is not offered. */
interface Looked {
  /** Null where what takes something away cannot be believed. */
  readonly definition: AgentDefinition | null
  readonly isNarrowed: boolean
  readonly faults: readonly AgentFault[]
  readonly refused: RefusedAgent | null
}

const refusedAs = (
  file: string,
  { code, message, line = null, field = null }: Pick<RefusedAgent, 'code' | 'message'> & Partial<RefusedAgent>,
): RefusedAgent => ({ file, code, message, line, field })

function lookAt(parts: ShelfParts, whole: AgentDefinition, file: string, local: OverrideFile | undefined, isOfSite: boolean): Looked {
  const nothing = { definition: null, isNarrowed: local !== undefined, faults: [] }
  const override = local?.override
  if (override?.ok === false) return { ...nothing, refused: refusedAs(local?.file ?? file, override.fault) }
  const made = override === undefined ? whole : narrowAgent(whole, override.value)
  if ('widens' in made) {
    const message = `${made.widens} gives more than the agent has; it may only take away.`
    return { ...nothing, refused: refusedAs(local?.file ?? file, { code: 'agent.override_widens', message, field: made.widens }) }
  }
  const faults = checkAgent(made, surroundingsOf(parts, whole.name))
  const worst = blocking(faults)
  // Agents of the product are checked by their own tests; a test's own are taken as they are.
  const isRefused = worst !== undefined && (isOfSite || local !== undefined)
  return { definition: made, isNarrowed: local !== undefined, faults, refused: isRefused ? refusedAs(file, worst) : null }
}

const ofNothing = (name: string) => ({ code: 'agent.override_of_nothing', message: `There is no agent ${name} that it could narrow.` })

export function fillShelf(parts: ShelfParts): Shelf {
  const { folder, builtIn } = parts
  const { agents: files, overrides } = readSiteAgents(folder)
  const refused: RefusedAgent[] = []
  const agents: ShelvedAgent[] = []
  const left = new Map<string, OverrideFile>(overrides.map((override) => [override.name, override]))

  function shelve(file: string, whole: AgentDefinition, origin: ShelvedAgent['origin']): void {
    const local = left.get(whole.name)
    left.delete(whole.name)
    const { definition, isNarrowed, faults, refused: why } = lookAt(parts, whole, file, local, origin === 'site')
    if (why !== null) refused.push(why)
    else if (definition !== null) agents.push({ definition, origin, isNarrowed, faults })
  }

  for (const { definition } of builtIn) shelve(narrowingFileOf(definition.name), definition, 'product')
  const taken = new Set(builtIn.map(({ definition }) => definition.name))
  for (const { file, name, definition } of files) {
    if (taken.has(name)) refused.push(refusedAs(file, builtInName(name)))
    else if (definition.ok) shelve(file, definition.value, 'site')
    else refused.push(refusedAs(file, definition.fault))
  }
  for (const { file, name } of left.values()) refused.push(refusedAs(file, ofNothing(name)))
  return { agents, refused }
}

/** A text under a name, together with the other file about the same agent, as both would be looked at in the folder of the site. */
function lookAtText(parts: ShelfParts, file: string, text: string, isAlone: boolean): Looked {
  const none = { definition: null, isNarrowed: false, faults: [] }
  if (!AgentFileName.safeParse(file).success) {
    const read = readAgentText(file, text)
    return { ...none, refused: refusedAs(file, read.ok ? badName : read.fault) }
  }
  const agent = agentOfFile(file)
  const { agents, overrides } = readAsIfThere(isAlone ? null : parts.folder, file, text)
  const [local] = overrides
  const product = parts.builtIn.find(({ definition }) => definition.name === agent)?.definition
  if (product !== undefined && isNarrowingFile(file)) return lookAt(parts, product, file, local, false)
  const [own] = agents
  if (own === undefined) return { ...none, refused: refusedAs(file, ofNothing(agent)) }
  if (!own.definition.ok) return { ...none, refused: refusedAs(own.file, own.definition.fault) }
  const looked = lookAt(parts, own.definition.value, file, local, true)
  return product === undefined ? looked : { ...looked, refused: refusedAs(file, builtInName(agent)) }
}

function checkText(parts: ShelfParts, file: string, text: string, isAlone = false): CheckedText {
  const { definition, faults, refused } = lookAtText(parts, file, text, isAlone)
  const stands = linesOfFields(text)
  const lineOf = (field: string | null) => (field === null || field === '' ? null : stands(field))
  const isSaid = refused !== null && !faults.some(({ code, field }) => code === refused.code && field === refused.field)
  const elsewhere = refused === null || refused.file === file ? '' : `${refused.file}: `
  return {
    definition,
    refused: !isSaid
      ? null
      : {
          ...{ code: refused.code, message: `${elsewhere}${refused.message}`, field: refused.field },
          line: elsewhere === '' ? (refused.line ?? lineOf(refused.field)) : null,
        },
    faults: faults.map((fault) => ({ ...fault, line: lineOf(fault.field) })),
  }
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
    check: (file, text, isAlone) => checkText(parts, file, text, isAlone),
    reload: () => {
      labels = packLabels()
      shelf = fillShelf(parts)
      return shelf
    },
  }
}

/**
 * Takes a pack of agents in: its integrity, its form, what speaks against its agents and what it needs are all looked at first, and a
 * pack that fails any of it changes nothing. Then its prompts are published and its agents put in place; the same pack again is no change,
 * or completes what was cut off.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAgentPack } from '../airgap/agent-pack.ts'
import type { Actor } from '../domain/actor.ts'
import { type AgentDefinition, namedPrompt } from '../domain/agent.ts'
import { checkAgent, workflowFaults } from '../domain/agent-check.ts'
import { agentOf, compareVersions, type PackManifest, promptOf } from '../domain/agent-pack.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import type { Label } from '../domain/label.ts'
import { labelInUse, PromptText } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { tokensAbout } from '../domain/token-estimate.ts'
import type { AgentDesk, AgentPacks, InstalledPack } from '../handlers/agent-desk.ts'
import type { PromptDesk } from '../handlers/prompt-desk.ts'
import type { AnyTool } from '../tools/tool.ts'
import type { PackHomes } from './pack-homes.ts'
import { readAgentText } from './read-agents.ts'

const refuse = (code: string, message: string, hint: string) => fail(`pack.${code}`, message, hint)

const full = refuse('disk_full', 'The disk of the data folder is full.', 'Free some space, then install the pack again: that completes it.')

export interface PackParts {
  /** Of the site's agents. */
  readonly folder: string
  readonly homes: PackHomes
  readonly version: string
  readonly builtIn: ReadonlySet<string>
  readonly shelf: AgentDesk
  readonly prompts: PromptDesk
  readonly findTool: (name: string) => AnyTool | null
}

interface Checked {
  readonly manifest: PackManifest
  readonly agents: ReadonlyArray<{ readonly name: string; readonly text: string }>
  readonly prompts: ReadonlyArray<{ readonly agent: string; readonly name: string; readonly text: string }>
  readonly others: ReadonlyArray<{ readonly path: string; readonly bytes: Uint8Array }>
}

export function createAgentPacks(parts: PackParts): AgentPacks {
  const { folder, homes, version, builtIn, shelf, prompts, findTool } = parts
  function refuseNeeds({ name, dependencies }: PackManifest): Result<never> | null {
    const here = new Map([['holdfast', version], ...homes.installed().map((pack) => [pack.name, pack.version] as const)])
    for (const [needed, lowest] of Object.entries(dependencies)) {
      const found = here.get(needed)
      if (needed === name || (found !== undefined && compareVersions(found, lowest) >= 0)) continue
      const has = found === undefined ? 'it is not here' : `${found} is here`
      return refuse('needs_other', `The pack needs ${needed} ${lowest} or later, and ${has}.`, 'Install what it needs first.')
    }
    return null
  }

  /** Whose a file of an agent is: this pack's of before, or somebody else's. */
  function refuseNames({ name, agents }: PackManifest): Result<never> | null {
    const owned = homes.owned(name)
    const other = homes.installed().find((pack) => pack.name !== name && pack.agents.some((one) => agents.includes(one)))
    const taken = agents.find((one) => builtIn.has(one) || (!owned.has(one) && existsSync(join(folder, `${one}.yaml`))))
    if (other !== undefined)
      return refuse('agent_taken', `The pack ${other.name} brings an agent of the same name.`, 'Only one of them can be here.')
    return taken === undefined
      ? null
      : refuse('agent_taken', `There is an agent ${taken} here already.`, 'Give yours another name, or do without the pack.')
  }

  function refuseAgents(definitions: readonly AgentDefinition[], texts: Checked['prompts']): Result<never> | null {
    const brought = new Map(texts.map(({ agent, name, text }) => [`${agent}/${name}`, text]))
    for (const definition of definitions) {
      const faults = checkAgent(definition, {
        tool: findTool,
        prompt: (_use, reference) => {
          const { agent, name } = namedPrompt(definition.name, reference)
          const text = brought.get(`${agent}/${name}`)
          if (text !== undefined) return { tokens: tokensAbout(text), isEstimated: true }
          const held = prompts.find(agent, name, labelInUse)
          return held === null ? null : prompts.counted(held)
        },
      })
      const [worst] = faults
      if (worst?.severity === 'blocks')
        return refuse('agent_refused', `${definition.name}, ${worst.field}: ${worst.message}`, 'Ask whoever made the pack.')
    }
    return null
  }

  async function check(file: string): Promise<Result<Checked>> {
    const read = await readAgentPack(file)
    if (!read.ok) return read
    const { manifest, files } = read.value
    const before = homes.manifest(manifest.name)
    if (before !== null && compareVersions(manifest.version, before.version) < 0)
      return refuse('older', `Version ${before.version} of this pack is here, and this is ${manifest.version}.`, 'Install a newer one.')
    const texts = [...files].map(([path, bytes]) => ({ path, bytes, text: bytes.toString('utf8') }))
    const agents = texts.flatMap(({ path, text }) => {
      const name = agentOf(path)
      return name === null ? [] : [{ name, text }]
    })
    const words = texts.flatMap(({ path, text }) => {
      const named = promptOf(path)
      return named === null ? [] : [{ ...named, text }]
    })
    const definitions: AgentDefinition[] = []
    for (const { name, text } of agents) {
      const parsed = readAgentText(`${name}.yaml`, text)
      if (!parsed.ok)
        return refuse(
          'agent_refused',
          `${name}.yaml${parsed.fault.line === null ? '' : `, line ${parsed.fault.line}`}: ${parsed.fault.message}`,
          'Ask whoever made the pack.',
        )
      definitions.push(parsed.value)
    }
    const bad = words.find(({ text }) => !PromptText.safeParse(text).success)
    if (bad !== undefined)
      return refuse(
        'prompt_refused',
        `The prompt ${bad.agent}/${bad.name} is empty, too long, or has hidden characters.`,
        'Ask whoever made the pack.',
      )
    const odd = manifest.workflows.find((workflow) => workflowFaults(workflow.agents.length).length > 0)
    if (odd !== undefined)
      return refuse('workflow_refused', `The workflow ${odd.name} has ${odd.agents.length} agents.`, 'Ask whoever made the pack.')
    const refused = refuseNames(manifest) ?? refuseNeeds(manifest) ?? refuseAgents(definitions, words)
    const others = texts.flatMap(({ path, bytes }) => (agentOf(path) === null && promptOf(path) === null ? [{ path, bytes }] : []))
    return refused ?? ok({ manifest, agents, prompts: words, others })
  }

  /** What was begun is written down first, and what is done last: an end in the middle leaves nothing that is nobody's. */
  function place({ manifest, agents, others }: Checked, label: Label): void {
    const { name: pack } = manifest
    const owned = homes.owned(pack)
    homes.begin(manifest, label)
    for (const { path, bytes } of others) homes.put(pack, path, bytes)
    for (const { name, text } of agents) homes.putAgent(name, text)
    for (const name of owned) if (!manifest.agents.includes(name)) homes.removeAgent(name)
    homes.end(manifest)
  }

  const install: AgentPacks['install'] = async (file, actor: Actor, chosen: Label) => {
    const checked = await check(file)
    if (!checked.ok) return checked
    const { manifest, prompts: words } = checked.value
    const label = homes.risen(manifest.name, chosen)
    const isChosen = (agent: string, name: string): boolean => prompts.find(agent, name, labelInUse)?.origin === 'site'
    // What a person put in use stays in use; the words of the pack wait beside it.
    prompts.publish(
      actor,
      words.map((one) => ({ ...one, label, origin: 'pack' as const, as: isChosen(one.agent, one.name) ? 'candidate' : labelInUse })),
    )
    try {
      place(checked.value, label)
    } catch (error) {
      if (isDiskFull(error)) return full
      throw error
    }
    shelf.reload()
    return ok(toInstalled(manifest))
  }

  return {
    install,
    check: async (file) => {
      const checked = await check(file)
      return checked.ok ? ok(toInstalled(checked.value.manifest)) : checked
    },
    installed: () => homes.installed().map((pack) => ({ ...toInstalled(pack), label: homes.labelOf(pack.name) })),
  }
}

const toInstalled = ({ name, version, description, author, license, agents, workflows }: PackManifest): InstalledPack => ({
  ...{ name, version, description, author, license, agents },
  workflows: workflows.map((one) => one.name),
})

/** What a pack of agents says of itself: who made it, what it brings and needs, and the hash of each of its files. Pure. */
import * as z from 'zod'
import { AgentName } from './agent.ts'

export const packLimits = {
  bytesMax: 16 * 1024 * 1024,
  fileBytesMax: 1024 * 1024,
  filesMax: 500,
  manifestBytesMax: 256 * 1024,
  pathCharsMax: 200,
} as const

export const packFormat = 'holdfast-agent-pack/1'
export const packManifestName = 'pack.json'

/** Three numbers; nothing behind them, so that each is before or after any other. */
export const PackVersion = z.string().regex(/^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}$/, 'is no version such as 1.2.0')

/** A file by its place in the pack. */
const Path = z
  .string()
  .max(packLimits.pathCharsMax)
  .regex(/^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*$/)

const line = z.string().trim().min(1).max(500)

/** What the author of a pack writes; `validations` is added when it is packed. */
export const PackDraft = z.strictObject({
  format: z.literal(packFormat),
  name: AgentName,
  version: PackVersion,
  description: line,
  author: line,
  license: line,
  /** Other packs by name, or `holdfast` itself, each with the lowest version that will do. */
  dependencies: z.record(AgentName, PackVersion).default({}),
  agents: z.array(AgentName).min(1).max(50),
  /** Agents that work together, two to seven of them in their order. */
  workflows: z
    .array(z.strictObject({ name: AgentName, title: line, agents: z.array(AgentName).min(2).max(7) }))
    .max(20)
    .default([]),
  /** Files besides the agents and their prompts. */
  config: z.array(Path).max(50).default([]),
  docs: z.array(Path).max(50).default([]),
})
export type PackDraft = z.infer<typeof PackDraft>

export const PackManifest = PackDraft.extend({
  validations: z
    .array(
      z.strictObject({ path: Path, sizeBytes: z.int().min(0).max(packLimits.fileBytesMax), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    )
    .max(packLimits.filesMax),
})
export type PackManifest = z.infer<typeof PackManifest>

const agentPath = /^agents\/([a-z][a-z0-9-]{0,63})\.yaml$/
const promptPath = /^prompts\/([a-z][a-z0-9-]{0,63})\/([a-z][a-z0-9-]{0,63})\.md$/

export const agentOf = (path: string): string | null => agentPath.exec(path)?.[1] ?? null
export function promptOf(path: string): { readonly agent: string; readonly name: string } | null {
  const [, agent, name] = promptPath.exec(path) ?? []
  return agent === undefined || name === undefined ? null : { agent, name }
}

/** A name under which not every file could be put in place, or null. Some machines do not tell capital letters from small ones. */
function pathFault(paths: readonly string[]): string | null {
  const names = new Set<string>()
  for (const path of paths) {
    const name = path.toLowerCase()
    if (name.startsWith(packManifestName)) return `${path} has a name that is kept for ${packManifestName}`
    if (name.split('/').some((step) => step.endsWith('.partial'))) return `${path} has a name that is kept for files half written`
    if (names.has(name)) return `${path} is there twice`
    names.add(name)
  }
  const inTheWay = paths.find((path) => {
    const steps = path.toLowerCase().split('/')
    return steps.some((_, n) => n > 0 && names.has(steps.slice(0, n).join('/')))
  })
  return inTheWay === undefined ? null : `${inTheWay} lies in a folder that has the name of a file`
}

/** What a pack's own words and its files say differently, or null. */
export function packFault({ agents, workflows, config, docs }: PackDraft, paths: readonly string[]): string | null {
  const unplaced = pathFault(paths)
  if (unplaced !== null) return unplaced
  const brought = paths.flatMap((path) => agentOf(path) ?? [])
  const missing = agents.find((name) => !brought.includes(name))
  if (missing !== undefined) return `agents/${missing}.yaml is missing`
  const listed = new Set([...config, ...docs])
  const lost = [...listed].find((path) => !paths.includes(path))
  if (lost !== undefined) return `${lost} is missing`
  const foreign = paths.find((path) => {
    const [agent, prompt] = [agentOf(path), promptOf(path)]
    return !(agent !== null ? agents.includes(agent) : prompt !== null ? agents.includes(prompt.agent) : listed.has(path))
  })
  if (foreign !== undefined) return `${foreign} is not listed`
  const strange = workflows.find((workflow) => workflow.agents.some((name) => !agents.includes(name)))
  return strange === undefined ? null : `the workflow ${strange.name} names an agent that the pack does not bring`
}

/** Less than, equal to, or more than 0, as the first version is before, at or after the second. What is behind a hyphen does not count. */
export function compareVersions(a: string, b: string): number {
  const numbers = (text: string): readonly number[] => (text.split('-')[0] ?? '').split('.').map(Number)
  const [left, right] = [numbers(a), numbers(b)]
  const at = [0, 1, 2].find((i) => left[i] !== right[i])
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}

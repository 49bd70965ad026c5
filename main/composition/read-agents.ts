/**
 * Reads files that say they are agents. Everything in them is untrusted: one that is malformed is refused with its place, and keeps no
 * other from being read. Also the built-in agents with their prompts, which are part of the product.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, LineCounter, parseDocument } from 'yaml'
import type * as z from 'zod'
import { AgentDefinition, type InstalledAgent } from '../domain/agent.ts'
import { agentFileLimits, agentOfFile, definitionFileOf, isNarrowingFile, narrowingFileOf } from '../domain/agent-file.ts'
import { AgentOverride } from '../domain/agent-override.ts'
import { fail, ok, type Result } from '../domain/result.ts'

/** Where a file is wrong. `line` counts from 1; null where the file as a whole is. */
export interface AgentFileFault {
  readonly code: string
  readonly message: string
  readonly line: number | null
  readonly field: string | null
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: AgentFileFault }

const wrong = (code: string, message: string, line: number | null = null, field: string | null = null): Read<never> => ({
  ok: false,
  fault: { code, message, line, field },
})

/** A key that the file made up is named by its place alone. */
const placeOf = (path: readonly PropertyKey[]): string => path.map(String).join('.').slice(0, 120)

/** The line of what stands at this place; of a field that is missing, that of what it is missing in. Null where nothing stands anywhere. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  let node: unknown = null
  for (let depth = path.length; depth >= 0 && node === null; depth--) node = document.getIn(path.slice(0, depth), true) ?? null
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly [number] | undefined) : undefined
  return range === undefined ? null : lines.linePos(range[0]).line
}

/** Says in which line a field such as `prefetch.0` stands; null where it stands nowhere. The text is read once. */
export function linesOfFields(text: string): (field: string) => number | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return (field) => {
    const path = field.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
    return document.getIn(path.slice(0, 1), true) === undefined ? null : lineAt(document, lines, path)
  }
}

/** A text as data of this schema, or where and why it is not. */
export function readYaml<T extends z.ZodType>(text: string, schema: T): Read<z.infer<T>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined)
    return wrong('agent.not_yaml', `It is not YAML: ${broken.code.toLowerCase().replaceAll('_', ' ')}.`, lines.linePos(broken.pos[0]).line)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 20 })
  } catch {
    return wrong('agent.not_yaml', 'It refers to its own parts too often.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  const path = issue?.path ?? []
  const field = placeOf(path)
  const why = issue?.message.slice(0, 200) ?? 'It is not what it should be'
  return wrong('agent.malformed', `${field === '' ? 'The file' : field}: ${why}.`, lineAt(document, lines, path), field)
}

const unreadable = (what: string) => fail('agent.unreadable', `${what}.`, 'Put a plain file of text in its place.')

/** A plain file within the limit; a link is none. */
export function readPlainFile(path: string, bytesMax: number = agentFileLimits.bytesMax): Result<string> {
  try {
    const found = lstatSync(path)
    if (!found.isFile()) return unreadable('It is a link or a device, not a file')
    if (found.size > bytesMax) return unreadable(`It is over ${bytesMax} bytes`)
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)))
  } catch {
    return unreadable('It cannot be read as text')
  }
}

export interface AgentFile {
  /** Its name in the folder. */
  readonly file: string
  readonly name: string
  readonly definition: Read<AgentDefinition>
}
export interface OverrideFile {
  readonly file: string
  readonly name: string
  readonly override: Read<AgentOverride>
}

/** One file as an agent: `ask.yaml` holds the agent `ask`. */
export function readAgentText(file: string, text: string): Read<AgentDefinition> {
  const read = readYaml(text, AgentDefinition)
  const name = file.replace(/\.yaml$/, '')
  if (read.ok && read.value.name !== name)
    return wrong('agent.other_name', `The file is called ${file}, and its agent ${read.value.name}.`, null, 'name')
  return read
}

export interface SiteFiles {
  readonly agents: readonly AgentFile[]
  readonly overrides: readonly OverrideFile[]
}

function readFiles(names: readonly string[], textOf: (file: string) => Result<string>): SiteFiles {
  const agents = names
    .filter((name) => !isNarrowingFile(name))
    .map((file, at): AgentFile => {
      const name = agentOfFile(file)
      const text = textOf(file)
      if (at >= agentFileLimits.filesMax)
        return { file, name, definition: wrong('agent.too_many', `There are more than ${agentFileLimits.filesMax} agents.`) }
      return { file, name, definition: text.ok ? readAgentText(file, text.value) : wrong(text.error.code, text.error.message) }
    })
  const overrides = names.filter(isNarrowingFile).map((file): OverrideFile => {
    const text = textOf(file)
    const override = text.ok ? readYaml(text.value, AgentOverride) : wrong(text.error.code, text.error.message)
    return { file, name: agentOfFile(file), override }
  })
  return { agents, overrides }
}

/** Names of the files that say they are about agents, in their order. A folder that is not there holds none. */
export function agentFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
  } catch {
    return []
  }
}

/** What lies in the folder of the site. */
export const readSiteAgents = (folder: string): SiteFiles => readFiles(agentFilesIn(folder), (file) => readPlainFile(join(folder, file)))

/** What there would be about one agent if this text lay in the folder under this name; null = in one that is empty. */
export function readAsIfThere(folder: string | null, file: string, text: string): SiteFiles {
  const agent = agentOfFile(file)
  const isThere = (name: string) =>
    name === file || (folder !== null && lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined)
  const names = [definitionFileOf(agent), narrowingFileOf(agent)].filter(isThere)
  return readFiles(names, (name) => (name === file || folder === null ? ok(text) : readPlainFile(join(folder, name))))
}

const builtIn = join(import.meta.dirname, '..', 'agents')

function promptsOf(name: string): Readonly<Record<string, string>> {
  const folder = join(builtIn, 'prompts', name)
  let files: readonly string[]
  try {
    files = readdirSync(folder)
  } catch {
    return {}
  }
  const texts = files
    .filter((file) => file.endsWith('.md'))
    .map((file) => [file.replace(/\.md$/, ''), readFileSync(join(folder, file), 'utf8')] as const)
  return Object.fromEntries(texts)
}

/** The file of an agent of the product as it was shipped; null where it has none. */
export function productText(name: string): string | null {
  const text = builtInNames.find((one) => one === name)
  return text === undefined ? null : readFileSync(join(builtIn, definitionFileOf(text)), 'utf8')
}

/** Agents of the product, in the order in which people meet them. One that does not parse stops the start. */
const builtInNames = ['ask', 'research', 'summarise', 'compare', 'extract-table', 'redact-review', 'report-writer', 'plan'] as const

export const installedAgents = (): readonly InstalledAgent[] =>
  builtInNames.map((name) => {
    const read = readAgentText(`${name}.yaml`, readFileSync(join(builtIn, `${name}.yaml`), 'utf8'))
    if (!read.ok) throw new Error(`${name}.yaml: ${read.fault.message}`)
    return { definition: read.value, prompts: promptsOf(name) }
  })

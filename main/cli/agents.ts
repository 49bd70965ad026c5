/** `holdfast agents list|show|check|new|pack|install`. A new file and a pack are made without a core; nothing is written over. */
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { packAgents } from '../airgap/agent-pack.ts'
import type { CommandOutput } from '../contract/cli.ts'
import type { AgentFault } from '../contract/prompts.ts'
import { AgentName } from '../domain/agent.ts'
import { agentTemplate } from '../domain/agent-template.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const limits = { textCharsMax: 256 * 1024 } as const

const unreadable = fail('cli.unreadable', 'The file cannot be read.', 'Name a file that is there.')
const exists = fail('cli.exists', 'A file of this name is there already.', 'Name another one; nothing is written over.')
const badName = fail('cli.bad_name', 'This is no name of an agent.', 'Use small letters, digits and hyphens, beginning with a letter.')

const told = ({ severity, field, message }: AgentFault): string => `${severity.padEnd(7)}  ${field}: ${plain(message)}`
const placed = ({
  line,
  field,
  message,
}: {
  readonly line: number | null
  readonly field: string | null
  readonly message: string
}): string => [line === null ? '' : `line ${line}, `, field === null || field === '' ? '' : `${plain(field)}: `, plain(message)].join('')

export async function agentsList(core: CommandCore, isReloading: boolean): Promise<Result<Spoken<CommandOutput<'agents list'>>>> {
  const found = await core.call(isReloading ? 'agents.reload' : 'agents.list', {})
  if (!found.ok) return found
  const { items, refused } = found.value
  return ok({
    value: found.value,
    lines: [
      ...items.map(({ name, output, origin, isNarrowed, responsibility }) =>
        [name.padEnd(16), output.padEnd(8), origin.padEnd(7), isNarrowed ? 'narrowed  ' : '', plain(responsibility)].join('  '),
      ),
      ...refused.map(({ file, ...why }) => `${plain(file)} is not offered: ${placed(why)} (${why.code})`),
    ],
    isFailure: isReloading && refused.length > 0,
  })
}

export async function agentsShow(core: CommandCore, agent: string): Promise<Result<Spoken<CommandOutput<'agents show'>>>> {
  const found = await core.call('agents.get', { agent })
  if (!found.ok) return found
  const { title, responsibility, level, output, input, tools, offers, prompts, runbook, faults } = found.value
  return ok({
    value: found.value,
    lines: [
      `${plain(title)}: ${plain(responsibility)} It leaves ${output}; level ${level}.`,
      ...input.map(({ name, title: words, isRequired }) => `  ${name.padEnd(12)} ${plain(words)}${isRequired ? '' : ' (may be left out)'}`),
      `Tools: ${tools.join(', ')}`,
      `A model may choose: ${offers.length === 0 ? 'nothing' : offers.join(', ')}`,
      ...prompts.map(({ use, agent: owner, prompt }) => `Led by ${owner}/${prompt} (${use})`),
      ...faults.map(told),
      '',
      ...runbook.split('\n').map(plain),
    ],
  })
}

/** A file that somebody named, within what a call takes. */
export async function readText(path: string): Promise<Result<string>> {
  try {
    const text = await readFile(fromInvocation(path), 'utf8')
    return text.length > limits.textCharsMax ? unreadable : ok(text)
  } catch {
    return unreadable
  }
}

export async function agentsCheck(core: CommandCore, path: string): Promise<Result<Spoken<CommandOutput<'agents check'>>>> {
  const text = await readText(path)
  if (!text.ok) return text
  const checked = await core.call('agents.check', { file: basename(path).slice(0, 100), definition: text.value })
  if (!checked.ok) return checked
  const { name, isOffered, refused, faults } = checked.value
  const verdict = isOffered ? `${name} would be offered.` : 'It would not be offered.'
  return ok({
    value: checked.value,
    lines: [verdict, ...(refused === null ? [] : [placed(refused)]), ...faults.map(told)],
    isFailure: !isOffered,
  })
}

/** Where the file belongs, for whoever makes it without a core. */
const placing = (name: string): string => `# An agent of this site. Put this file into the folder "agents" of the data folder, check it with
#   holdfast agents check ${name}.yaml
# and have it read with "holdfast agents list --reload". The file must be called as its agent: ${name}.yaml.

`

/** Writes the template, and no file that is there. */
export async function agentsNew(name: string, out: string | undefined): Promise<Result<Spoken<CommandOutput<'agents new'>>>> {
  if (!AgentName.safeParse(name).success) return badName
  const file = fromInvocation(out ?? `${name}.yaml`)
  const words = name.replaceAll('-', ' ')
  try {
    await writeFile(file, `${placing(name)}${agentTemplate(name, `${words.charAt(0).toUpperCase()}${words.slice(1)}`)}`, { flag: 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'EEXIST' ? exists : fail('cli.unwritable', 'The file could not be written.', 'Look at the folder.')
  }
  return ok({ value: { name, file }, lines: [`Written: ${file}`, 'Change it, then: holdfast agents check FILE'] })
}

export function agentsPack(folder: string, out: string | undefined): Result<Spoken<CommandOutput<'agents pack'>>> {
  const from = fromInvocation(folder).replace(/[/\\]+$/, '')
  const to = fromInvocation(out ?? `${basename(from)}.tar.zst`)
  const made = packAgents(from, to)
  if (!made.ok) return made
  const { manifest, sizeBytes, sha256 } = made.value
  const { name, version, agents } = manifest
  return ok({
    value: { name, version, agents, file: to, sizeBytes, sha256 },
    lines: [`${name} ${version}, ${sizeBytes} bytes: ${to}`, `sha256 ${sha256}`],
  })
}

export async function agentsInstall(
  core: CommandCore,
  file: string,
  label: Label | undefined,
): Promise<Result<Spoken<CommandOutput<'agents install'>>>> {
  const installed = await core.call('agents.install', { source: { path: fromInvocation(file) }, ...(label === undefined ? {} : { label }) })
  if (!installed.ok) return installed
  const { name, version, agents } = installed.value
  return ok({ value: installed.value, lines: [`Installed ${name} ${version}: ${agents.join(', ')}`] })
}

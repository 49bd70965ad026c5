/** `holdfast prompts list|show|diff|publish|label`. The text of a new version comes from a file, or from standard input. */
import { readFile } from 'node:fs/promises'
import type { CommandOutput } from '../contract/cli.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { inert, plain, type Spoken } from './output.ts'

type Which = string | number
/** A number is a version, anything else a label. */
export const toWhich = (text: string): Which => (/^\d{1,9}$/.test(text) ? Number(text) : text)

const unreadable = fail('cli.unreadable', 'The file with the prompt cannot be read.', 'Name a file that is there.')
const tokensOf = ({ tokens, isEstimated }: { readonly tokens: number; readonly isEstimated: boolean }): string =>
  `${isEstimated ? 'about ' : ''}${tokens} tokens`

export async function promptsList(core: CommandCore, agent: string | undefined): Promise<Result<Spoken<CommandOutput<'prompts list'>>>> {
  const found = await core.call('prompts.list', agent === undefined ? {} : { agent })
  if (!found.ok) return found
  const lines = found.value.items.map(({ agent: owner, prompt, versions, labels, newest }) => {
    const shown = labels.map(({ name, version }) => `${name}=${version}`).join(' ')
    return `${`${owner}/${prompt}`.padEnd(28)}  ${versions} ${versions === 1 ? 'version ' : 'versions'}  ${tokensOf(newest)}  ${shown}`
  })
  return ok({ value: found.value, lines: lines.length === 0 ? ['No prompt is like that.'] : lines })
}

/** Everything but the text itself, and then the text. */
function spoken(value: CommandOutput<'prompts show'>): Spoken<CommandOutput<'prompts show'>> {
  const { agent, prompt, version, origin, at, by, pointedAt, text, faults } = value
  const names = pointedAt.length === 0 ? '' : ` (${pointedAt.join(', ')})`
  return {
    value,
    lines: [
      `${agent}/${prompt} version ${version}${names}, ${origin}, ${new Date(at).toISOString()} by ${plain(by)}, ${tokensOf(value)}`,
      ...faults.map(({ message }) => plain(message)),
      '',
      ...(text ?? '(purged)').split('\n').map(inert),
    ],
  }
}

export async function promptsShow(
  core: CommandCore,
  agent: string,
  prompt: string,
  version: Which,
): Promise<Result<Spoken<CommandOutput<'prompts show'>>>> {
  const found = await core.call('prompts.get', { agent, prompt, version })
  return found.ok ? ok(spoken(found.value)) : found
}

export async function promptsDiff(
  core: CommandCore,
  { agent, prompt, from, to }: { readonly agent: string; readonly prompt: string; readonly from: Which; readonly to: Which },
): Promise<Result<Spoken<CommandOutput<'prompts diff'>>>> {
  const found = await core.call('prompts.diff', { agent, prompt, from, to })
  return found.ok ? ok({ value: found.value, lines: found.value.diff.split('\n').map(inert) }) : found
}

async function readText(path: string): Promise<Result<string>> {
  try {
    if (path !== '-') return ok(await readFile(fromInvocation(path), 'utf8'))
    let text = ''
    for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
    return ok(text)
  } catch {
    return unreadable
  }
}

export interface PublishOptions {
  readonly as: string
  readonly label?: Label
}

export async function promptsPublish(
  core: CommandCore,
  about: { readonly agent: string; readonly prompt: string; readonly file: string },
  { as, label }: PublishOptions,
): Promise<Result<Spoken<CommandOutput<'prompts publish'>>>> {
  const { agent, prompt, file } = about
  const text = await readText(file)
  if (!text.ok) return text
  const published = await core.call('prompts.publish', { agent, prompt, text: text.value, as, ...(label === undefined ? {} : { label }) })
  return published.ok ? ok(spoken(published.value)) : published
}

export async function promptsLabel(
  core: CommandCore,
  about: { readonly agent: string; readonly prompt: string; readonly version: Which; readonly as: string },
): Promise<Result<Spoken<CommandOutput<'prompts label'>>>> {
  const moved = await core.call('prompts.label', about)
  return moved.ok ? ok(spoken(moved.value)) : moved
}

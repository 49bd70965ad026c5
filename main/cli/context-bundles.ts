/** `holdfast context bundles list|show|expand`: what was handed on, and the way back to what it was made from. */
import type { Command } from 'commander'
import type { CommandOutput } from '../contract/cli.ts'
import type { BundleSummary } from '../contract/context.ts'
import type { BundleValue } from '../domain/context-bundle.ts'
import { marking } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'
import type { CommandParts, Common } from './run-commands.ts'

const limits = { listMax: 50 } as const

const ratio = ({ tokens, sourceTokens }: BundleSummary): string => (tokens === 0 ? '' : `1 : ${(sourceTokens / tokens).toFixed(1)}`)
const lineOf = (one: BundleSummary): string =>
  `${one.id}  ${one.trigger.padEnd(8)}  ${new Date(one.madeAt).toISOString()}  ${marking(one.label)}  ${one.agent}  ${one.tokens} tokens, ${ratio(one)}${one.isPurged ? '  purged' : ''}`

export async function bundlesList(
  core: CommandCore,
  runId: string | undefined,
): Promise<Result<Spoken<CommandOutput<'context bundles list'>>>> {
  const found = await core.call('contextBundles.list', { limit: limits.listMax, ...(runId === undefined ? {} : { runId }) })
  if (!found.ok) return found
  const { items, total } = found.value
  return ok({ value: found.value, lines: total === 0 ? ['None yet: they are made when runs end or wait.'] : items.map(lineOf) })
}

const value = (one: BundleValue): string => plain('text' in one ? one.text : `${one.begins} … (all of it: --section ${one.section})`)

export async function bundlesShow(core: CommandCore, id: string): Promise<Result<Spoken<CommandOutput<'context bundles show'>>>> {
  const found = await core.call('contextBundles.get', { contextBundleId: id })
  if (!found.ok) return found
  const chain = await core.call('contextBundles.chain', { contextBundleId: id })
  if (!chain.ok) return chain
  const { bundle, isIntact, sections } = found.value
  const block = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [title, ...lines])
  const said =
    bundle === null
      ? [found.value.isPurged ? 'What it said has been purged.' : 'It is not what was recorded.']
      : [
          `Goal: ${plain(bundle.handoff.goal)}`,
          ...[bundle.summary, bundle.handoff.continuation].map(plain),
          ...block(
            'Decisions:',
            bundle.decisions.map(({ key, choice, why }) => `  ${key}  ${plain(choice)}: ${value(why)}`),
          ),
          ...block(
            'Findings:',
            bundle.findings.map(({ text, isVerified }) => `  ${isVerified ? 'verified  ' : 'unverified'}  ${plain(text)}`),
          ),
          ...block(
            'Given:',
            Object.entries(bundle.parameters).map(([key, one]) => `  ${plain(key)}  ${value(one)}`),
          ),
          ...block(
            'Next:',
            bundle.nextSteps.map((step) => `  ${plain(step)}`),
          ),
          ...block(
            'Open:',
            bundle.handoff.openRisks.map((risk) => `  ${plain(risk)}`),
          ),
          ...block(
            'Left behind:',
            bundle.handoff.artifacts.map(({ kind, name, section }) => `  ${kind}  ${plain(name)}  (${section})`),
          ),
        ]
  const before = chain.value.items.slice(1).map(({ id: one, trigger }) => `  ${one}  ${trigger}`)
  const lines = [
    lineOf(found.value),
    ...said,
    ...block('Goes on from:', before),
    `Made from ${sections.length} texts: ${sections.map(({ id: one }) => one).join(' ')}`,
  ]
  return ok({ value: { ...found.value, chain: chain.value.items }, lines, isFailure: !isIntact && !found.value.isPurged })
}

/** One text, or all of it as one JSON text. */
export async function bundlesExpand(
  core: CommandCore,
  id: string,
  section: string | undefined,
): Promise<Result<Spoken<CommandOutput<'context bundles expand'>>>> {
  const pieces: string[] = []
  for (let offset = 0; ; ) {
    const piece = await core.call('contextBundles.expand', { contextBundleId: id, offset, ...(section === undefined ? {} : { section }) })
    if (!piece.ok) return piece
    pieces.push(piece.value.text)
    offset += piece.value.text.length
    if (piece.value.text.length > 0 && offset < piece.value.chars) continue
    const text = pieces.join('')
    return ok({ value: { id: piece.value.id, section: piece.value.section, text }, lines: text.split('\n') })
  }
}

export function addContextBundleCommands(context: Command, { command, withCore }: CommandParts): void {
  const bundles = context.command('bundles').description('what was handed on when runs ended or waited')
  command(bundles, 'list', 'newest first')
    .option('--run <id>', 'only those of this run')
    .action((options: Common & { run?: string }) => withCore(options, (core) => bundlesList(core, options.run)))
  command(bundles, 'show', 'one of them, with those that it goes on from')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => bundlesShow(core, id)))
  command(bundles, 'expand', 'what it was made from, as it stands')
    .argument('<id>')
    .option('--section <name>', 'one text, such as input, result or step-3.output; all of it otherwise')
    .action((id: string, options: Common & { section?: string }) => withCore(options, (core) => bundlesExpand(core, id, options.section)))
}

/** `holdfast context show`: what a model was shown at one step of a run. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandOutput } from '../contract/cli.ts'
import type { ShownContext, ShownPart } from '../contract/context.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { addContextBundleCommands } from './context-bundles.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'
import type { CommandParts, Common } from './run-commands.ts'

const limits = { stepsPerCall: 200, textCharsMax: 160 } as const

const noStep = fail('context.no_step', 'The run has no step with this number.', 'Look at its steps: holdfast runs show.')

/** Id of the step with this number. */
async function stepAt(core: CommandCore, runId: string, ordinal: number): Promise<Result<string>> {
  for (let offset = 0; ; offset += limits.stepsPerCall) {
    const page = await core.call('steps.list', { runId, limit: limits.stepsPerCall, offset })
    if (!page.ok) return page
    const step = page.value.items.find((one) => one.ordinal === ordinal)
    if (step !== undefined) return ok(step.id)
    if (offset + page.value.items.length >= page.value.total || page.value.items.length === 0) return noStep
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

function partLine({ kind, source, why, tokens, bytes, isShortened, text }: ShownPart): string {
  const size = tokens === null ? 'size unknown' : `${tokens} tokens, ${bytes ?? 0} bytes`
  const words = text === null ? '(its text is not here, or above what you may see)' : plain(text.slice(0, limits.textCharsMax))
  return `  ${kind.padEnd(10)} ${why.padEnd(7)} ${source}  ${size}${isShortened ? ', shortened' : ''}\n      ${words}`
}

function linesOf(shown: ShownContext): readonly string[] {
  const { ordinal, tier, label, promptTokens, limitTokens, contextTokens, share, band, exemptionId, parts, leftOut, isWhole } = shown
  const size =
    contextTokens === 0
      ? 'No model: the passages to quote from.'
      : `${promptTokens} of ${limitTokens} tokens that it may take; ${percent(share)} of a window of ${contextTokens} (${band}).`
  return [
    `Step ${ordinal}, ${tier}, ${marking(label)}. ${size}`,
    ...(exemptionId === null ? [] : [`More than the usual share, by the exemption ${exemptionId}.`]),
    ...(isWhole || contextTokens === 0 ? [] : ['Only its passages are on record.']),
    ...parts.flatMap((part) => partLine(part).split('\n')),
    ...leftOut.map(({ kind, source, tokens, reason }) => `  left out   ${kind} ${source}  ${tokens} tokens  ${reason}`),
  ]
}

export async function contextShow(core: CommandCore, runId: string, step: number): Promise<Result<Spoken<CommandOutput<'context show'>>>> {
  const stepId = await stepAt(core, runId, step)
  if (!stepId.ok) return stepId
  const shown = await core.call('context.show', { runId, stepId: stepId.value })
  return shown.ok ? ok({ value: shown.value, lines: linesOf(shown.value) }) : shown
}

function toOrdinal(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(number)) throw new InvalidArgumentError('Give the number of a step, from 0.')
  return number
}

export function addContextCommands(program: Command, parts: CommandParts): void {
  const { command, withCore } = parts
  const context = program.command('context').description('what models were shown, and what is handed on between runs')
  command(context, 'show', 'what a model was shown at one step: each part with its size, its source and why it is there')
    .argument('<run>')
    .addOption(new Option('--step <number>', 'number of the step, from 0').argParser(toOrdinal).makeOptionMandatory())
    .action((run: string, options: Common & { step: number }) => withCore(options, (core) => contextShow(core, run, options.step)))
  addContextBundleCommands(context, parts)
}

/** `holdfast egress list|export|test`: what tried to leave this machine, and proof that what tries is caught. */
import { type Command, Option } from 'commander'
import type { CommandOutput } from '../contract/cli.ts'
import { EgressDecision, type EgressEntry, type EgressTrial } from '../contract/egress.ts'
import type { DoctorCheck } from '../contract/models.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'
import type { CommandParts, Common } from './run-commands.ts'

const time = (at: number): string => new Date(at).toISOString()

const lineOf = ({ at, decision, part, kind, destination, reason, count, bytesOut, bytesIn }: EgressEntry): string =>
  [
    `${time(at)}  ${decision.padEnd(7)} ${part.padEnd(11)} ${kind.padEnd(7)} ${plain(destination)}`,
    ...(count > 1 ? [`${count} times`] : []),
    ...(decision === 'allowed' ? [] : [reason]),
    ...(bytesOut === null ? [] : [`${bytesOut} bytes out, ${bytesIn ?? 0} in`]),
  ].join('  ')

async function list(
  core: CommandCore,
  options: { readonly decision?: EgressDecision; readonly limit?: number },
): Promise<Result<Spoken<CommandOutput<'egress list'>>>> {
  const { decision, limit } = options
  const listed = await core.call('egress.list', {
    ...(decision === undefined ? {} : { decision }),
    ...(limit === undefined ? {} : { limit }),
  })
  if (!listed.ok) return listed
  const status = await core.call('egress.status', {})
  if (!status.ok) return status
  const { allowed, denied, test } = status.value.ever
  const lines = listed.value.items.map(lineOf)
  return ok({
    value: { ...listed.value, ever: status.value.ever },
    lines: [...lines, `${allowed} let through, ${denied} refused, ${test} planted by the self-test.`],
  })
}

async function exportLedger(core: CommandCore): Promise<Result<Spoken<CommandOutput<'egress export'>>>> {
  const exported = await core.call('egress.export', {})
  if (!exported.ok) return exported
  const { file, entries, digest } = exported.value
  return ok({ value: exported.value, lines: [file, `${entries} attempts, ${digest.alg}:${digest.value}`] })
}

const trialLine = ({ way, part, destination, isCaught }: EgressTrial): string =>
  `  ${isCaught ? 'caught ' : 'THROUGH'} ${part.padEnd(9)} ${way} to ${destination}`

/** Exit code 1 when an attempt was not caught, or not recorded. */
async function plant(core: CommandCore): Promise<Result<Spoken<CommandOutput<'egress test'>>>> {
  const tested = await core.call('egress.selfTest', {})
  if (!tested.ok) return tested
  const { trials, recorded } = tested.value
  const caught = trials.filter(({ isCaught }) => isCaught).length
  const end = `${caught} of ${trials.length} planted attempts were caught, and ${recorded} are in the ledger.`
  return ok({ value: tested.value, lines: [...trials.map(trialLine), end], isFailure: !tested.value.ok })
}

/** The self-test as a finding of the doctor. */
export async function egressCheck(core: CommandCore): Promise<Result<DoctorCheck>> {
  const tested = await plant(core)
  if (!tested.ok) return tested
  const { lines, value } = tested.value
  const through = lines.filter((line) => line.includes('THROUGH'))
  return ok({
    ...{ id: 'egress', title: 'Planted ways out' },
    ...(value.ok
      ? { outcome: 'passed' as const, detail: lines.at(-1) ?? '', hint: null }
      : {
          outcome: 'failed' as const,
          detail: [lines.at(-1) ?? '', ...through.map((line) => line.trim())].join(' '),
          hint: 'Take this machine off the network, and tell your administrator: holdfast egress test says which.',
        }),
  })
}

export function addEgressCommands(
  program: Command,
  { command, withCore }: CommandParts,
  count: (max: number) => (text: string) => number,
): void {
  const egress = program.command('egress').description('what tried to leave this machine')
  command(egress, 'list', 'attempts, newest first')
    .addOption(new Option('--decision <decision>', 'only these').choices(EgressDecision.options))
    .option('--limit <n>', 'how many', count(holdingsLimits.pageMax))
    .action((options: Common & { decision?: EgressDecision; limit?: number }) => withCore(options, (core) => list(core, options)))
  command(egress, 'export', 'write the ledger into a file').action((options: Common) => withCore(options, exportLedger))
  command(egress, 'test', 'plant attempts, and see that each is caught').action((options: Common) => withCore(options, plant))
}

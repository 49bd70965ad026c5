/** Says how air-gap bundles are typed: `bundle …`. What packs and signs needs no core; what receives does. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { labelNames } from '../domain/label.ts'
import { fail, type Result } from '../domain/result.ts'
import { bundleDraft, type DraftOptions } from './bundle-draft.ts'
import { bundleInspect, bundleSheet, bundleVerify, type SheetOptions } from './bundle-look.ts'
import { type RootOptions, rootNew, rootShow, rootSign } from './bundle-roots.ts'
import { bundleCopy, bundleDiff, bundlePack, bundleRevolume, bundleSign, type CopyOptions, type PackOptions } from './bundle-send.ts'
import {
  bundleActivate,
  bundleExport,
  bundleFsck,
  bundleGc,
  bundleLoad,
  bundlePin,
  bundleRollback,
  bundleStatus,
  bundleTrust,
} from './bundle-station.ts'
import type { CommandCore } from './core.ts'
import { keygen } from './key-files.ts'
import { print, type Spoken } from './output.ts'
import type { CommandParts, Common } from './run-commands.ts'

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, ki: 1024, mi: 1024 ** 2, gi: 1024 ** 3 }

/** `600M`, `4.7G`, `64KiB`, or bytes; powers of 1,000 unless it says otherwise, as media are sold. */
export function toBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([kmg]i?)?b?$/i.exec(text) ?? []
  const bytes = Math.floor(Number(number) * (units[unit?.toLowerCase() ?? ''] ?? Number.NaN))
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new InvalidArgumentError('Give a size, such as 600M or 1GiB.')
  return bytes
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('Give a whole number, from 1.')
  return Number(text)
}

function toSeq(text: string): number {
  const seq = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(seq)) throw new InvalidArgumentError('Give a whole number, from 1.')
  return seq
}

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

async function alone<T>({ json = false }: Common, work: Promise<Result<Spoken<T>>> | Result<Spoken<T>>): Promise<void> {
  process.exitCode = print(await work, json)
}

/** What was done of it stays: begun again, it goes on. */
async function stop(core: CommandCore): Promise<Result<never>> {
  await core.call('bundles.cancel', {})
  return fail('bundle.cancelled', 'The work was stopped.', 'Start it again: it goes on where it was.')
}

function addSending(bundle: Command, { command }: CommandParts): void {
  command(bundle, 'keygen', 'make a key pair for signing bundles or roots')
    .argument('<name>', 'writes NAME.key and NAME.pub')
    .action((name: string, options: Common) => alone(options, keygen(name)))

  const root = bundle.command('root').description('who may sign bundles, and how many of them must')
  command(root, 'new', 'write the next root of a chain, unsigned')
    .argument('<folder>', 'holds the whole chain, and travels with every bundle')
    .requiredOption('--root-key <file>', 'public key of one who may sign roots; once for each', gather)
    .requiredOption('--bundle-key <file>', 'public key of one who may sign bundles; once for each', gather)
    .option('--models-key <file>', 'public key of one who may vouch for models alone', gather)
    .option('--site-key <file>', 'public key of one who counter-signs for the receiving site', gather)
    .option('--root-threshold <n>', 'how many must sign a root', toCount, 2)
    .option('--bundle-threshold <n>', 'how many must sign a bundle', toCount, 2)
    .option('--models-threshold <n>', 'how many must sign a bundle of models', toCount, 2)
    .option('--site-threshold <n>', 'how many must sign for the site', toCount, 1)
    .option('--development', 'a root that is visibly for nobody’s use')
    .option('--created <time>', 'as 2026-01-31T12:00:00Z (default: now)')
    .action((folder: string, options: Common & RootOptions) => alone(options, rootNew(folder, options)))
  command(root, 'sign', 'add a signature to a root')
    .argument('<folder>')
    .requiredOption('--key <file>', 'the private key, in a file that you alone can read')
    .option('--version <n>', 'which one (default: the newest)', toCount)
    .action((folder: string, options: Common & { readonly key: string; readonly version?: number }) =>
      alone(options, rootSign(folder, options)),
    )
  command(root, 'show', 'the newest root of a chain, with the fingerprint to compare')
    .argument('<folder>')
    .action((folder: string, options: Common) => alone(options, rootShow(folder)))

  command(bundle, 'draft', 'begin a list to pack from a folder that was collected')
    .argument('<folder>', 'holds collected.json, unless something else is named; gets pack.yaml')
    .requiredOption('--seq <n>', 'the number of the bundle, above the last', toSeq)
    .option('--release <version>', 'of the bundle (default: of this program)')
    .option('--app <file>', 'an appliance, or a package of the desktop; once for each', gather)
    .option('--dataset <folder>', 'documents for a collection of that name; once for each folder', gather)
    .option('--agents <file>', 'a pack of agents, as agents pack makes it; once for each file', gather)
    .addOption(new Option('--level <level>', 'of the documents, and of the medium').choices(labelNames))
    .option('--policy <file>', 'a policy, with its signature beside it')
    .option('--created <time>', 'as 2026-01-31T12:00:00Z (default: now)')
    .action((folder: string, options: Common & DraftOptions) => alone(options, bundleDraft(folder, options)))
  command(bundle, 'pack', 'make a bundle of what a list names')
    .argument('<list>', 'a YAML or JSON file; the manual shows one')
    .requiredOption('--out <folder>', 'a folder that is not there yet')
    .requiredOption('--roots <folder>', 'the chain of roots')
    .option('--part-size <size>', 'the largest file (default: 1792MiB)', toBytes)
    .option('--baseline <folder>', 'a bundle that the receiving side has: what it carries is left out', gather)
    .action((list: string, options: Common & PackOptions) => alone(options, bundlePack(list, options)))
  command(bundle, 'sign', 'add your signature to a bundle, after all of it was read')
    .argument('<folder>')
    .requiredOption('--key <file>', 'the private key, in a file that you alone can read')
    .action((folder: string, options: Common & { readonly key: string }) => alone(options, bundleSign(folder, options)))
  command(bundle, 'revolume', 'lay a finished bundle out over volumes, without signing again')
    .argument('<folder>')
    .requiredOption('--out <folder>', 'gets volume-1 and so on')
    .requiredOption('--size <size>', 'of a volume, such as 600M or 4.7G', toBytes)
    .action((folder: string, options: Common & { readonly out: string; readonly size: number }) =>
      alone(options, bundleRevolume(folder, options)),
    )
  command(bundle, 'copy', 'copy a bundle or a volume onto a medium, and read it back')
    .argument('<folder>')
    .argument('<medium>')
    .option('--label <text>', 'what is written on the medium')
    .option('--serial <text>', 'the number of the medium')
    .action((folder: string, medium: string, options: Common & CopyOptions) => alone(options, bundleCopy(folder, medium, options)))
  command(bundle, 'verify', 'check a bundle without a station, against a fingerprint')
    .argument('<folder>')
    .requiredOption('--fingerprint <hex>', 'of the root, from the transfer sheet')
    .action((folder: string, options: Common & { readonly fingerprint: string }) =>
      alone(options, bundleVerify(folder, options.fingerprint)),
    )
  command(bundle, 'sheet', 'the sheet that goes with a medium, as PDF, for a bundle that holds')
    .argument('<folder>')
    .requiredOption('--fingerprint <hex>', 'of the root')
    .requiredOption('--out <file>', 'a PDF that is not there yet')
    .option('--label <text>', 'what is written on the medium')
    .option('--serial <text>', 'the number of the medium')
    .action((folder: string, options: Common & SheetOptions) => alone(options, bundleSheet(folder, options)))
  command(bundle, 'diff', 'what the second of two bundles has that the first has not')
    .argument('<first>')
    .argument('<second>')
    .action((first: string, second: string, options: Common) => alone(options, bundleDiff(first, second)))
}

function addReceiving(bundle: Command, { command, withCore }: CommandParts): void {
  command(bundle, 'trust', 'say whose bundles this station takes')
    .argument('<folder>', 'a bundle that carries the root')
    .requiredOption('--fingerprint <hex>', 'of the root, from the transfer sheet')
    .action((folder: string, options: Common & { readonly fingerprint: string }) =>
      withCore(options, (core) => bundleTrust(core, folder, options)),
    )
  command(bundle, 'inspect', 'who signed a bundle, and what a load would change; writes nothing')
    .argument('<folder>')
    .option('--all', 'hash every file that lies there, too; Ctrl-C stops it')
    .action((folder: string, options: Common & { readonly all?: true }) =>
      withCore(options, (core) => bundleInspect(core, folder, false, options), stop),
    )
  command(bundle, 'plan', 'the same with all that is missing; fails when this machine cannot take it')
    .argument('<folder>')
    .action((folder: string, options: Common) => withCore(options, (core) => bundleInspect(core, folder, true)))
  command(bundle, 'load', 'take a bundle or a volume in: verified, scanned and checked before any of it counts')
    .argument('<folder>')
    .option('--accept-unscanned <why>', 'answer for what no scanner has looked at')
    .action((folder: string, options: Common & { readonly acceptUnscanned?: string }) =>
      withCore(options, (core) => bundleLoad(core, folder, options), stop),
    )
  command(bundle, 'status', 'whose bundles this station takes, which it has, and what serves').action((options: Common) =>
    withCore(options, bundleStatus),
  )
  command(bundle, 'activate', 'try a bundle, and let it serve')
    .argument('<bundle>', 'its version, or the beginning of its digest')
    .action((given: string, options: Common) => withCore(options, (core) => bundleActivate(core, given), stop))
  command(bundle, 'rollback', 'go back to the bundle that served before, or to another that is kept')
    .argument('[bundle]', 'its version, or the beginning of its digest')
    .action((given: string | undefined, options: Common) => withCore(options, (core) => bundleRollback(core, given), stop))
  command(bundle, 'pin', 'keep a bundle, whatever comes after it')
    .argument('<bundle>')
    .option('--off', 'keep it no longer')
    .action((given: string, options: Common & { readonly off?: true }) =>
      withCore(options, (core) => bundlePin(core, given, options.off !== true)),
    )
  command(bundle, 'fsck', 'hash every file that came with bundles again').action((options: Common) => withCore(options, bundleFsck, stop))
  command(bundle, 'gc', 'throw away bundles that neither serve, nor did of late, nor are pinned')
    .option('--yes', 'do it; otherwise it only says what it would do')
    .action((options: Common & { readonly yes?: true }) => withCore(options, (core) => bundleGc(core, options)))
  command(bundle, 'export', 'write one file that came with a bundle into the folder of exports')
    .argument('<item>')
    .action((id: string, options: Common) => withCore(options, (core) => bundleExport(core, id)))
}

export function addBundleCommands(program: Command, parts: CommandParts): void {
  const bundle = program.command('bundle').description('air-gap bundles: packed and signed on one side, taken in on the other')
  addSending(bundle, parts)
  addReceiving(bundle, parts)
}

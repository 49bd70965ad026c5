/** The command line: parses what was typed, reaches the core, runs one command, prints one result. */
import '../platform/guard-core.ts'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { labelNames } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import { paperFormats } from '../domain/working-paper.ts'
import { productVersion } from '../version.ts'
import { addAgentCommands } from './agent-commands.ts'
import { type AskOptions, ask } from './ask.ts'
import { auditCheckpoint, auditExport, auditVerify } from './audit.ts'
import { backup, restore } from './backup.ts'
import { addBundleCommands } from './bundle-commands.ts'
import { consoleUrl } from './console.ts'
import { addContextCommands } from './context.ts'
import { openCore } from './core.ts'
import { doctor, doctorExport } from './doctor.ts'
import { addEgressCommands } from './egress.ts'
import { type ExportOptions, exportPaper, releasePaper } from './export.ts'
import { addHoldingCommands } from './holding-commands.ts'
import { type IngestOptions, ingest } from './ingest.ts'
import { addMissionCommands } from './mission-commands.ts'
import { modelsImport, modelsList, modelsVerify } from './models.ts'
import { collection, taskLabelOption, tierOption, toLabel } from './options.ts'
import { exitCodes, print, printFailure } from './output.ts'
import { addPolicyCommands } from './policy-commands.ts'
import { addRunCommands, type CommandParts, type Common } from './run-commands.ts'
import { search } from './search.ts'
import { addServeCommands } from './serve-commands.ts'
import { addTelemetryCommands } from './telemetry-commands.ts'
import { addTierCommands } from './tier-commands.ts'

const interrupted = fail(
  'cli.interrupted',
  'The command was interrupted.',
  'An import goes on with the next command that imports, or when Holdfast is started.',
)
const defect = fail('cli.defect', 'The command failed inside Holdfast.', 'Try again; holdfast doctor checks this machine.')

const isJsonAsked = process.argv.includes('--json')

const withCore: CommandParts['withCore'] = async (common, work, interrupt = () => null) => {
  const { data, json = false } = common
  const core = await openCore(data)
  if (!core.ok) {
    printFailure(core.error, json)
    process.exitCode = exitCodes.failure
    return
  }
  const told = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'))
  })
  // An interrupted import goes on at the next start: closing in order is all there is to do.
  let result: Awaited<ReturnType<typeof work>>
  let isInterrupted = false
  try {
    const first = await Promise.race([work(core.value), told])
    isInterrupted = first === 'interrupted'
    result = first === 'interrupted' ? ((await interrupt(core.value)) ?? interrupted) : first
  } finally {
    await core.value.close()
  }
  process.exitCode = print(result, json)
  // The work itself may wait for something that will not come any more.
  if (isInterrupted) process.exit(exitCodes.interrupted)
}

function count(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > max) throw new InvalidArgumentError(`Give a whole number from 1 to ${max}.`)
    return number
  }
}

const program = new Command('holdfast')
  .description('Ask your own documents on this machine, and trust every quote.')
  .version(productVersion)
  .exitOverride()
  .configureOutput({ writeErr: (text) => void (isJsonAsked || process.stderr.write(text)) })

/** Adds what every command takes. */
const command = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .option('--data <dir>', 'data folder (default: the application-data folder of this account)')
    .option('--json', 'print exactly one JSON document on stdout')

command(program, 'ingest', 'import files or folders')
  .argument('<path...>')
  .option('--collection <name>', 'collection to import into (made when it is new)')
  .addOption(new Option('--level <level>', 'label of these files, when it is above that of their collection').choices(labelNames))
  .option('--label <marking>', 'the same as a whole marking, such as SECRET//SI//NOFORN', toLabel)
  .action((paths: string[], options: Common & IngestOptions) =>
    withCore(options, (core) => {
      const { collection: name, level, label: whole } = options
      return ingest(core, paths, {
        ...(name === undefined ? {} : { collection: name }),
        ...(level === undefined ? {} : { level }),
        ...(whole === undefined ? {} : { label: whole }),
      })
    }),
  )
command(program, 'ask', 'ask a question and get an answer with checked quotes')
  .argument('<question>')
  .addOption(collection())
  .option('--model <id>', 'model to use, or "none" to quote without one')
  .option('--top <n>', 'passages that a model is shown', count(20))
  .addOption(tierOption())
  .addOption(taskLabelOption())
  .action((question: string, options: Common & AskOptions) => withCore(options, (core) => ask(core, question, options)))
command(program, 'search', 'find passages, with the reason for each rank')
  .argument('<query>')
  .addOption(collection())
  .option('--top <n>', 'how many passages', count(holdingsLimits.topMax))
  .action((query: string, options: Common & { collection?: string; top?: number }) =>
    withCore(options, (core) => search(core, query, options)),
  )

command(program, 'export', 'an answer, a report or a conversation as a marked paper')
  .argument('<id>', 'id of a run or of a conversation')
  .addOption(new Option('--format <format>', 'kind of file').choices(paperFormats).makeOptionMandatory())
  .option('--out <file>', 'where to (default: a name that says how it is marked, in this folder)')
  .option('--no-portion-marks', 'leave out the marks before each claim and source')
  .action((id: string, options: Common & ExportOptions) => withCore(options, (core) => exportPaper(core, id, options)))
command(program, 'release', 'answer for what a run says: its exports are no working papers from then on')
  .argument('<run>')
  .requiredOption('--reason <text>', 'why, for the record')
  .action((run: string, options: Common & { reason: string }) => withCore(options, (core) => releasePaper(core, run, options.reason)))

addRunCommands(program, { command, withCore })
addMissionCommands(program, { command, withCore })
addContextCommands(program, { command, withCore })
addTierCommands(program, { command, withCore })

addHoldingCommands(program, { command, withCore })

const models = program.command('models').description('models on this machine')
command(models, 'list', 'admitted models').action((options: Common) => withCore(options, modelsList))
command(models, 'import', 'copy a model file in, check it and admit it')
  .argument('<file>')
  .action((file: string, options: Common) => withCore(options, (core) => modelsImport(core, file)))
command(models, 'verify', 'hash every admitted model again').action((options: Common) => withCore(options, modelsVerify))

addBundleCommands(program, { command, withCore })
addServeCommands(program, { command, withCore })
addAgentCommands(program, { command, withCore })

command(program, 'doctor', 'check this machine')
  .option('--egress', 'also plant attempts to leave this machine, and see that each is caught')
  .option('--export', 'write what somebody elsewhere needs to help, as plain files to read first')
  .action((options: Common & { egress?: true; export?: true }) =>
    withCore<unknown>(options, (core) => (options.export === true ? doctorExport(core) : doctor(core, options))),
  )
addTelemetryCommands(program, { command, withCore })
addPolicyCommands(program, { command, withCore })
addEgressCommands(program, { command, withCore }, count)

const audit = program.command('audit').description('the record of everything that was done')
command(audit, 'verify', 'verify the whole record, and name the first bad event').action((options: Common) =>
  withCore(options, auditVerify),
)
command(audit, 'export', 'write the record into a file for a verifier elsewhere').action((options: Common) =>
  withCore(options, auditExport),
)
command(audit, 'checkpoint', 'seal the record now').action((options: Common) => withCore(options, auditCheckpoint))
command(program, 'backup', 'make a verified backup of the store').action((options: Common) => withCore(options, backup))
command(program, 'restore', 'put the newest verified backup in the place of a damaged store').action(
  async ({ data, json = false }: Common) => {
    process.exitCode = print(await restore(data), json)
  },
)

const console_ = program.command('console').description('the console that runs on this machine')
command(console_, 'url', 'another link that opens it once').action(async ({ data, json = false }: Common) => {
  const link = await consoleUrl(data)
  process.exitCode = print(link.ok ? ok({ value: link.value, lines: [link.value.url] }) : link, json)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    const isHelp = error.exitCode === 0
    process.exitCode = isHelp ? exitCodes.success : exitCodes.usage
    const message = error.message.replace(/^error: /, '')
    if (!isHelp && isJsonAsked) printFailure({ code: 'cli.usage', message, hint: 'Run the command with --help.' }, true)
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    printFailure(defect.error, isJsonAsked)
    process.exitCode = exitCodes.failure
  }
}

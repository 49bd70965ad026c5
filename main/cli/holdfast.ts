/** The command line: parses what was typed, reaches the core, runs one command, prints one result. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { holdingsLimits } from '../contract/holdings.ts'
import { type LabelName, labelNames } from '../domain/label.ts'
import type { Result } from '../domain/result.ts'
import { installEgressGuard } from '../platform/egress-guard.ts'
import { productVersion } from '../version.ts'
import { ask } from './ask.ts'
import { type CommandCore, openCore } from './core.ts'
import { doctor } from './doctor.ts'
import { documentsList, documentsRemove, documentsShow } from './documents.ts'
import { ingest } from './ingest.ts'
import { modelsImport, modelsList, modelsVerify } from './models.ts'
import { exitCodes, print, printFailure, type Spoken } from './output.ts'
import { runsList, runsShow } from './runs.ts'
import { search } from './search.ts'

interface Common {
  readonly data?: string
  readonly json?: boolean
}

const isJsonAsked = process.argv.includes('--json')

async function withCore<T>({ data, json = false }: Common, work: (core: CommandCore) => Promise<Result<Spoken<T>>>): Promise<void> {
  const core = await openCore(data)
  if (!core.ok) {
    printFailure(core.error, json)
    process.exitCode = exitCodes.failure
    return
  }
  // An interrupted import goes on at the next start: closing in order is all there is to do.
  const onSignal = () => {
    process.exitCode = 130
    void core.value.close().then(() => process.exit())
  }
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    process.exitCode = print(await work(core.value), json)
  } finally {
    await core.value.close()
  }
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

const collection = () => new Option('--collection <name>', 'look only into this collection')

command(program, 'ingest', 'import files or folders')
  .argument('<path...>')
  .option('--collection <name>', 'collection to import into (made when it is new)')
  .addOption(new Option('--level <level>', 'label of these files, when it is above that of their collection').choices(labelNames))
  .action((paths: string[], options: Common & { collection?: string; level?: LabelName }) =>
    withCore(options, (core) => {
      const { collection: name, level } = options
      return ingest(core, paths, { ...(name === undefined ? {} : { collection: name }), ...(level === undefined ? {} : { level }) })
    }),
  )
command(program, 'ask', 'ask a question and get an answer with checked quotes')
  .argument('<question>')
  .addOption(collection())
  .option('--model <id>', 'model to use, or "none" to quote without one')
  .option('--top <n>', 'passages that a model is shown', count(20))
  .action((question: string, options: Common & { collection?: string; model?: string; top?: number }) =>
    withCore(options, (core) => ask(core, question, options)),
  )
command(program, 'search', 'find passages, with the reason for each rank')
  .argument('<query>')
  .addOption(collection())
  .option('--top <n>', 'how many passages', count(holdingsLimits.topMax))
  .action((query: string, options: Common & { collection?: string; top?: number }) =>
    withCore(options, (core) => search(core, query, options)),
  )

const runs = program.command('runs').description('what was done, event by event')
command(runs, 'list', 'runs, newest first').action((options: Common) => withCore(options, runsList))
command(runs, 'show', 'one run with its events')
  .argument('<id>')
  .action((id: string, options: Common) => withCore(options, (core) => runsShow(core, id)))

const documents = program.command('documents').description('what is held')
command(documents, 'list', 'documents, newest first')
  .addOption(collection())
  .action((options: Common & { collection?: string }) => withCore(options, (core) => documentsList(core, options.collection)))
command(documents, 'show', 'one document')
  .argument('<id>')
  .action((id: string, options: Common) => withCore(options, (core) => documentsShow(core, id)))
command(documents, 'remove', 'remove a document with its passages and vectors')
  .argument('<id>')
  .action((id: string, options: Common) => withCore(options, (core) => documentsRemove(core, id)))

const models = program.command('models').description('models on this machine')
command(models, 'list', 'admitted models').action((options: Common) => withCore(options, modelsList))
command(models, 'import', 'copy a model file in, check it and admit it')
  .argument('<file>')
  .action((file: string, options: Common) => withCore(options, (core) => modelsImport(core, file)))
command(models, 'verify', 'hash every admitted model again').action((options: Common) => withCore(options, modelsVerify))

command(program, 'doctor', 'check this machine').action((options: Common) => withCore(options, doctor))

installEgressGuard()
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  const isHelp = error.exitCode === 0
  process.exitCode = isHelp ? exitCodes.success : exitCodes.usage
  if (!isHelp && isJsonAsked)
    printFailure({ code: 'cli.usage', message: error.message.replace(/^error: /, ''), hint: 'Run the command with --help.' }, true)
}

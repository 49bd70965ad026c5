/** Says how tiers and routing are typed: `tiers …` and `route …`. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { EndpointModel } from '../domain/endpoint.ts'
import { type Label, type LabelName, labelFromName, labelNames } from '../domain/label.ts'
import { outsideTiers } from '../domain/policy.ts'
import { tiers } from '../domain/tier.ts'
import { toLabel } from './options.ts'
import { routeExplain, routeOverride } from './route.ts'
import type { CommandParts, Common } from './run-commands.ts'
import { type AddOptions, type KeyFiles, tiersAdd, tiersList, tiersRemove, tiersSecret, tiersTest } from './tiers.ts'

function toUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('Give an address like https://10.0.0.5:8443/v1, with nothing after it.')
  return url
}

/** `NAME:CONTEXT` or `NAME:CONTEXT:PROMPT:COMPLETION`; names may hold colons themselves. */
function addModel(text: string, before: readonly EndpointModel[] | undefined): readonly EndpointModel[] {
  const [, name = '', contextTokens, promptMicros = '0', completionMicros = '0'] = /^(.+?):(\d+)(?::(\d+):(\d+))?$/.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError('Give a model as NAME:CONTEXT or NAME:CONTEXT:PROMPT:COMPLETION.')
  const model = {
    name,
    contextTokens: Number(contextTokens),
    promptMicros: Number(promptMicros),
    completionMicros: Number(completionMicros),
  }
  return [...(before ?? []), model]
}

function whole(max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
    if (!(number <= max)) throw new InvalidArgumentError(`Give a whole number up to ${max}.`)
    return number
  }
}

function toFeatures(text: string) {
  const [complexity = Number.NaN, novelty = Number.NaN, risk = Number.NaN, scope = Number.NaN, ...more] = text.split(',').map(Number)
  const shares = [complexity, novelty, risk, scope]
  if (more.length > 0 || shares.some((share) => !(share >= 0 && share <= 1)))
    throw new InvalidArgumentError('Give complexity, novelty, risk and scope, each from 0 to 1: 0.8,0.2,0,0.5.')
  return { complexity, novelty, risk, scope }
}

const level = (flag: string, description: string, fallback: LabelName) =>
  new Option(`${flag} <level>`, description).choices(labelNames).default(fallback)

interface ExplainOptions extends Common {
  readonly level: LabelName
  readonly features: ReturnType<typeof toFeatures>
  readonly prompt: number
  readonly completion: number
  readonly window?: number
  readonly failed: number
  readonly tier?: (typeof tiers)[number]
  readonly run?: string
}

interface OverrideOptions extends Common {
  readonly tier?: (typeof outsideTiers)[number]
  readonly endpoint?: string
  readonly run?: string
  readonly because: string
}

export function addTierCommands(program: Command, { command, withCore }: CommandParts): void {
  const group = program.command('tiers').description('other machines that may be asked')
  command(group, 'list', 'tiers and their endpoints').action((options: Common) => withCore(options, tiersList))
  command(group, 'add', 'let this machine ask another one')
    .addOption(new Option('--tier <tier>', 'where it runs').choices(outsideTiers).makeOptionMandatory())
    .requiredOption('--name <name>', 'what people call it')
    .addOption(new Option('--url <url>', 'its address, such as https://10.0.0.5:8443/v1').argParser(toUrl).makeOptionMandatory())
    .option('--server-name <name>', 'the name that its certificate is for, when it is not for the address')
    .option('--authority <file>', 'certificate of the one authority to believe (PEM)')
    .option('--client-certificate <file>', 'certificate that this machine shows (PEM)')
    .option('--client-key <file>', 'private key of that certificate (PEM)')
    .option('--key-file <file>', 'file with the key that it wants to see; - reads standard input')
    .addOption(
      new Option('--model <name:context[:prompt:completion]>', 'a model there, its window, and millionths for a million tokens')
        .argParser(addModel)
        .makeOptionMandatory(),
    )
    .addOption(level('--level', 'the highest label that it may be given', 'unclassified'))
    .option('--label <marking>', 'the same as a whole marking', toLabel)
    .addOption(new Option('--first-token <ms>', 'time to the first token that is aimed at').argParser(whole(600_000)).default(3_000))
    .option('--off', 'leave it switched off', false)
    .action((options: Common & Omit<AddOptions, 'clearance'> & { level: LabelName; label?: Label }) => {
      const { level: name, label: marked, json: _json, data: _data, ...rest } = options
      return withCore(options, (core) => tiersAdd(core, { ...rest, clearance: marked ?? labelFromName(name) }))
    })
  command(group, 'secret', 'keep the keys of an endpoint, in place of those before; without files, forget them')
    .argument('<id>')
    .option('--key-file <file>', 'file with the key that it wants to see; - reads standard input')
    .option('--client-key <file>', 'private key of the client certificate (PEM)')
    .action((id: string, options: Common & KeyFiles) => withCore(options, (core) => tiersSecret(core, id, options)))
  command(group, 'test', 'ask an endpoint for a word, and measure')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => tiersTest(core, id)))
  command(group, 'remove', 'forget an endpoint and its keys')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => tiersRemove(core, id)))

  const route = program.command('route').description('where tasks go, and why')
  command(route, 'explain', 'what would happen to such a task; nothing is done')
    .addOption(level('--level', 'label of what would be sent', 'unclassified'))
    .addOption(
      new Option('--features <list>', 'complexity, novelty, risk and scope, each from 0 to 1')
        .argParser(toFeatures)
        .default(toFeatures('0,0,0,0')),
    )
    .addOption(new Option('--prompt <tokens>', 'tokens of the prompt').argParser(whole(1e9)).default(2_000))
    .addOption(new Option('--completion <tokens>', 'tokens of the answer').argParser(whole(1e9)).default(1_000))
    .addOption(new Option('--window <tokens>', 'window of the model on this machine; without it there is none').argParser(whole(1e9)))
    .addOption(new Option('--failed <n>', 'how often the model on this machine failed at it').argParser(whole(1_000)).default(0))
    .addOption(new Option('--tier <tier>', 'a tier that a person asks for').choices(tiers))
    .option('--run <id>', 'the run that it belongs to')
    .action((options: ExplainOptions) => {
      const { level: name, features, prompt: promptTokens, completion: completionTokens, failed: failedAttempts } = options
      const { window: edgeContextTokens = null, tier: requested = null, run: runId = null } = options
      const task = {
        label: labelFromName(name),
        features,
        promptTokens,
        completionTokens,
        edgeContextTokens,
        failedAttempts,
        requested,
        runId,
      }
      return withCore(options, (core) => routeExplain(core, task))
    })
  command(route, 'override', 'keep tasks on this machine, or from a tier or an endpoint, for one hour')
    .addOption(new Option('--tier <tier>', 'from this tier').choices(outsideTiers))
    .addOption(new Option('--endpoint <id>', 'from this endpoint').conflicts('tier'))
    .option('--run <id>', 'only for this run')
    .requiredOption('--because <reason>', 'why')
    .action(({ tier, endpoint, run, because, ...common }: OverrideOptions) => {
      const away =
        endpoint !== undefined
          ? ({ kind: 'endpoint', endpointId: endpoint } as const)
          : tier === undefined
            ? ({ kind: 'outside' } as const)
            : ({ kind: 'tier', tier } as const)
      return withCore(common, (core) => routeOverride(core, { away, runId: run ?? null, justification: because }))
    })
}

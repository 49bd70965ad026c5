/** Says how the door for programs elsewhere is typed: `serve` and `serve keys …`. */
import { type Command, InvalidArgumentError } from 'commander'
import type { Label } from '../domain/label.ts'
import { serveLimits } from '../domain/serve.ts'
import { fromInvocation } from '../platform/paths.ts'
import { toLabel } from './options.ts'
import type { CommandParts, Common } from './run-commands.ts'
import { type ServeWanted, serve, serveClose, serveKeysAdd, serveKeysList, serveKeysRevoke, serveStatus } from './serve.ts'

const dayMs = 24 * 60 * 60_000
const daysMax = 3_650

interface OpenOptions extends Common {
  readonly port?: number
  readonly listen?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsClientCa?: string
  readonly persist?: true
}

interface KeyOptions extends Common {
  readonly name: string
  readonly ceiling: Label
  readonly models?: readonly string[]
  readonly tokens?: number
  readonly days?: number
}

const whole =
  (most: number, least = 1) =>
  (text: string) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(number >= least && number <= most)) throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return number
  }

/** Null where nothing was said: what was opened to stay is then good enough. */
function wantedOf(
  { port, listen, tlsCert, tlsKey, tlsClientCa, persist }: OpenOptions,
  usage: (message: string) => never,
): ServeWanted | null {
  const files = [tlsCert, tlsKey, tlsClientCa]
  if ([port, listen, persist, ...files].every((option) => option === undefined)) return null
  if ((tlsCert === undefined) !== (tlsKey === undefined)) usage('--tls-cert and --tls-key belong together.')
  if (tlsClientCa !== undefined && tlsCert === undefined) usage('--tls-client-ca wants --tls-cert and --tls-key.')
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? null
      : {
          certificate: fromInvocation(tlsCert),
          key: fromInvocation(tlsKey),
          clientAuthority: tlsClientCa === undefined ? null : fromInvocation(tlsClientCa),
        }
  return { place: { address: listen ?? '127.0.0.1', port: port ?? 0, tls }, isPersistent: persist ?? false }
}

export function addServeCommands(program: Command, { command, withCore }: CommandParts): void {
  const door = command(program, 'serve', 'let programs with a key use the models here, by the OpenAI protocol')
    .option('--port <number>', 'port to listen at (default: a free one)', whole(65_535))
    .option('--listen <address>', 'an address that others can reach; needs a port and a certificate (default: 127.0.0.1)')
    .option('--tls-cert <file>', 'certificate, in PEM form')
    .option('--tls-key <file>', 'its private key, in PEM form')
    .option('--tls-client-ca <file>', 'authority whose certificate every caller must show')
    .option('--persist', 'come back when Holdfast is started again')
  door.action(async (options: OpenOptions) => {
    const wanted = wantedOf(options, (message) => door.error(message))
    process.exitCode = await serve(options.data, wanted, options.json ?? false)
  })
  command(door, 'status', 'whether they may, where, and with how many keys').action((_options: Common, self: Command) =>
    withCore(self.optsWithGlobals(), serveStatus),
  )
  command(door, 'close', 'let no program use them any more').action((_options: Common, self: Command) =>
    withCore(self.optsWithGlobals(), serveClose),
  )
  const keys = door.command('keys').description('who may use them')
  command(keys, 'add', 'make a key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--ceiling <label>', 'the highest label that its requests may have', toLabel)
    .option('--models <id...>', 'only these models (default: every one)')
    .option('--tokens <n>', 'tokens that it may use in all', whole(serveLimits.tokensMax))
    .option('--days <n>', 'days that it is good for (default: until it is revoked)', whole(daysMax))
    .action((_options: KeyOptions, self: Command) => {
      const { name, ceiling, models, tokens, days, ...common } = self.optsWithGlobals<KeyOptions>()
      return withCore(common, (core) =>
        serveKeysAdd(core, {
          ...{ name, ceiling, models: models === undefined ? null : [...models], tokensMax: tokens ?? null },
          expiresAt: days === undefined ? null : Date.now() + days * dayMs,
        }),
      )
    })
  command(keys, 'list', 'keys, newest first').action((_options: Common, self: Command) => withCore(self.optsWithGlobals(), serveKeysList))
  command(keys, 'revoke', 'end a key for good')
    .argument('<id>')
    .action((id: string, _options: Common, self: Command) => withCore(self.optsWithGlobals(), (core) => serveKeysRevoke(core, id)))
}

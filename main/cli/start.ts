/** What `npm start` runs: the desktop where there is one to show, else the console. Also the core alone, for a desktop that starts it. */
import '../platform/guard-core.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ok, type Result } from '../domain/result.ts'
import { readyLine } from '../platform/core-process.ts'
import { hasDisplay } from '../platform/desktop-session.ts'
import { calledAs } from './called-as.ts'
import { electronBinary, openDesktop } from './desktop.ts'
import { exitCodes, printFailure } from './output.ts'
import { openOwnCore, safeStartVariable, toldToEnd } from './own-core.ts'
import { runConsole } from './run-console.ts'

const portMax = 65_535

interface StartOptions {
  readonly console?: true
  readonly desktop?: true
  readonly core?: true
  readonly data?: string
  readonly port: number
  readonly open: boolean
  readonly safeStart?: true
}

function toPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > portMax) throw new InvalidArgumentError(`A port is a number up to ${portMax}.`)
  return port
}

/** A core that its starter holds by the standard input: it ends when that does. */
async function runCore(data: string | undefined): Promise<Result<null>> {
  const told = toldToEnd()
  const orphaned = new Promise<void>((resolve) => {
    process.stdin.on('end', resolve)
    process.stdin.on('error', () => resolve())
    process.stdin.resume()
  })
  const core = await openOwnCore(data, {})
  if (!core.ok) return core
  process.stdout.write(`${readyLine}\n`)
  await Promise.race([told, orphaned])
  await core.value.close()
  return ok(null)
}

function run(options: StartOptions): Promise<Result<null>> {
  if (options.safeStart) process.env[safeStartVariable] = '1'
  if (options.core) return runCore(options.data)
  const isDesktop = options.desktop ?? (options.console === undefined && electronBinary() !== null && hasDisplay())
  if (isDesktop) return openDesktop(options.data, import.meta.filename)
  return runConsole({ data: options.data, port: options.port, isOpening: options.open })
}

// What the core writes is for this account alone, also where a folder above is not.
process.umask(0o077)

const program = new Command(calledAs.start)
  .description('Starts Holdfast: the desktop where it is installed and a display exists, else the console in your browser.')
  .addOption(new Option('--console', 'show it in a browser on this machine').conflicts('desktop'))
  .option('--desktop', 'show it in a window of its own')
  .addOption(new Option('--core', 'run the core alone').hideHelp().conflicts(['console', 'desktop']))
  .option('--data <folder>', 'the data folder (default: the application-data folder of your account)')
  .option('--port <number>', 'the port of the console (default: a free one)', toPort, 0)
  .option('--no-open', 'do not open a browser')
  .option('--safe-start', 'hold every run that waits, so that you can look first')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.success : exitCodes.usage))
  .allowExcessArguments(false)

const result = await run(program.parse().opts<StartOptions>())
if (!result.ok) printFailure(result.error, false)
process.exit(result.ok ? exitCodes.success : exitCodes.failure)

/** Says how runs and approvals are typed: `run`, `runs …` and `approvals …`. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Result } from '../domain/result.ts'
import { type ApprovalScope, approvalScopes } from '../domain/run/events.ts'
import { type RunStatus, runStatuses } from '../domain/run/transitions.ts'
import { approvalsAnswer, approvalsApprove, approvalsList, approvalsReject, approvalsRevise, approvalsShow } from './approvals.ts'
import { terminalConfirm } from './confirm.ts'
import type { CommandCore } from './core.ts'
import { leaveRun } from './follow-run.ts'
import { taskLabelOption, tierOption } from './options.ts'
import type { Spoken } from './output.ts'
import { parseInput, type RunInput, type RunWishes, run } from './run.ts'
import { runsControl, runsFork, runsRetry } from './run-control.ts'
import { budgetOf, type Limits, runsRaise } from './run-raise.ts'
import { runsDiff, runsExport, runsImport, runsReplay } from './run-records.ts'
import { type RunsFilter, runsList, runsShow } from './runs.ts'

export interface Common {
  readonly data?: string
  readonly json?: boolean
}

export interface CommandParts {
  /** Adds a command with what every command takes. */
  readonly command: (parent: Command, name: string, description: string) => Command
  /** Runs one command on a core and prints its result. `interrupt` says what becomes of its work when it is interrupted; null for nothing. */
  readonly withCore: <T>(
    common: Common,
    work: (core: CommandCore) => Promise<Result<Spoken<T>>>,
    interrupt?: (core: CommandCore) => Promise<Result<never>> | null,
  ) => Promise<void>
}

function toInput(text: string): RunInput {
  try {
    return parseInput(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : 'Give the input as JSON.')
  }
}

function toOrdinal(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(number)) throw new InvalidArgumentError('Give the number of a step, from 0.')
  return number
}

function toLimit(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(number)) throw new InvalidArgumentError('Give a whole number, from 0.')
  return number
}
const limitOptions = [
  ['--tokens <n>', 'tokens that models may read and write'],
  ['--cost-micros <n>', 'cost, in millionths of the currency of the site'],
  ['--model-calls <n>', 'calls of models'],
  ['--tool-calls <n>', 'calls of tools'],
  ['--bytes-written <n>', 'bytes that tools may write'],
  ['--seconds <n>', 'time under way, without waiting'],
  ['--depth <n>', 'how deep runs may start runs'],
] as const

/** Remembers the run that a command waits for, for whoever interrupts it. */
function createWait() {
  let runId: string | null = null
  return {
    onStarted: (id: string) => {
      runId = id
    },
    interrupt: (core: CommandCore) => (runId === null ? null : leaveRun(core, runId)),
  }
}

const watch = () => new Option('--watch', 'wait for its end, and tell every event meanwhile').default(false)

function addRuns(program: Command, { command, withCore }: CommandParts): void {
  command(
    program,
    'run',
    'start an agent, and wait until it has ended or is held (Ctrl-C: a running core goes on with it, else it is cancelled)',
  )
    .argument('<agent>')
    .addOption(new Option('--input <json>', 'what the agent is given').argParser(toInput).makeOptionMandatory())
    .option('--watch', 'tell every event on stderr', false)
    .addOption(tierOption())
    .addOption(taskLabelOption())
    .action((agent: string, options: Common & RunWishes & { input: RunInput; watch: boolean }) => {
      const { onStarted, interrupt } = createWait()
      const { tier, label, input, watch: isWatched } = options
      return withCore(options, (core) => run(core, agent, input, { tier, label }, { isWatched, onStarted }), interrupt)
    })

  const runs = program.command('runs').description('what was done, event by event')
  command(runs, 'list', 'runs, newest first')
    .addOption(new Option('--status <status...>', 'only runs that are so').choices(runStatuses))
    .option('--agent <name>', 'only runs of this agent')
    .option('--contains <text>', 'only runs that were asked something with these words')
    .action((options: Common & RunsFilter & { status?: RunStatus[] }) => withCore(options, (core) => runsList(core, options)))
  command(runs, 'show', 'one run with its events')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => runsShow(core, id)))
  const control = { pause: 'hold a run at its next safe point', resume: 'let a held run go on', cancel: 'stop a run for good' } as const
  for (const what of ['pause', 'resume', 'cancel'] as const) {
    command(runs, what, control[what])
      .argument('<id>')
      .action((id: string, options: Common) => withCore(options, (core) => runsControl(core, what, id)))
  }
  command(runs, 'retry', 'try the same task again, as a new run')
    .argument('<id>')
    .addOption(watch())
    .action((id: string, options: Common & { watch: boolean }) => {
      const { onStarted, interrupt } = createWait()
      return withCore(options, (core) => runsRetry(core, id, { isWatched: options.watch, onStarted }), interrupt)
    })
  command(runs, 'fork', 'begin a new run with a copy of this one up to a step')
    .argument('<id>')
    .addOption(new Option('--at <step>', 'number of the last step to take over, from 0').argParser(toOrdinal).makeOptionMandatory())
    .addOption(watch())
    .action((id: string, options: Common & { at: number; watch: boolean }) => {
      const { onStarted, interrupt } = createWait()
      return withCore(options, (core) => runsFork(core, id, options.at, { isWatched: options.watch, onStarted }), interrupt)
    })
  const raise = command(runs, 'raise', 'change what a run may spend, and let it go on when a limit held it').argument('<id>')
  for (const [flags, what] of limitOptions) raise.addOption(new Option(flags, what).argParser(toLimit))
  raise.action((id: string, options: Common & Limits) => {
    const budget = budgetOf(options)
    if (Object.keys(budget).length === 0) raise.error('Give at least one limit.')
    return withCore(options, (core) => runsRaise(core, id, budget))
  })
  command(runs, 'replay', 'fold the events of a run again, without effects, and compare')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => runsReplay(core, id)))
  command(runs, 'diff', 'two runs side by side')
    .argument('<a>')
    .argument('<b>')
    .action((a: string, b: string, options: Common) => withCore(options, (core) => runsDiff(core, a, b)))
  command(runs, 'export', 'write an ended run into one file')
    .argument('<id>')
    .option('--out <file>', 'where to (default: a file named after the run, here)')
    .action((id: string, options: Common & { out?: string }) => withCore(options, (core) => runsExport(core, id, options.out)))
  command(runs, 'import', 'take in a run that was exported elsewhere; it is read, never executed')
    .argument('<file>')
    .action((file: string, options: Common) => withCore(options, (core) => runsImport(core, file)))
}

function addApprovals(program: Command, { command, withCore }: CommandParts): void {
  const approvals = program.command('approvals').description('what waits for a person')
  command(approvals, 'list', 'requests that wait, the most pressing first')
    .option('--decided', 'what was decided instead, newest first', false)
    .action((options: Common & { decided: boolean }) => withCore(options, (core) => approvalsList(core, !options.decided)))
  command(approvals, 'show', 'one request, with its exact arguments and their hash')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => approvalsShow(core, id)))
  command(approvals, 'approve', 'let exactly this call be made, once')
    .argument('<id>')
    .option('--yes', 'do not ask; the hash must be given', false)
    .option('--hash <hash>', 'hash of the arguments that were looked at')
    .addOption(
      new Option('--scope <scope>', 'for what would leave this machine: this once, or for the rest of its run')
        .choices(approvalScopes)
        .default('once'),
    )
    .action((id: string, options: Common & { yes: boolean; hash?: string; scope: ApprovalScope }) => {
      const { yes: isYes, hash, scope, json } = options
      return withCore(options, (core) =>
        approvalsApprove(core, id, { isYes, hash, scope, confirm: json === true ? null : terminalConfirm() }),
      )
    })
  command(approvals, 'reject', 'refuse the call')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why; the agent is told')
    .action((id: string, options: Common & { reason: string }) => withCore(options, (core) => approvalsReject(core, id, options.reason)))
  command(approvals, 'revise', 'send the call back')
    .argument('<id>')
    .requiredOption('--feedback <text>', 'what should be different')
    .action((id: string, options: Common & { feedback: string }) =>
      withCore(options, (core) => approvalsRevise(core, id, options.feedback)),
    )
  command(approvals, 'answer', 'answer a question, or decide on a proposal')
    .argument('<id>')
    .requiredOption('--answer <json>', 'the answer as JSON, or one word')
    .action((id: string, options: Common & { answer: string }) => withCore(options, (core) => approvalsAnswer(core, id, options.answer)))
}

export function addRunCommands(program: Command, parts: CommandParts): void {
  addRuns(program, parts)
  addApprovals(program, parts)
}

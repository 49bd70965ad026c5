/** Says how missions are typed: `mission …`. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Label } from '../domain/label.ts'
import { type MissionPhase, missionPhases } from '../domain/mission/phases.ts'
import { missionLimits } from '../domain/mission/state.ts'
import { ok } from '../domain/result.ts'
import { terminalConfirm } from './confirm.ts'
import { missionPlan, missionReplan, readPlanFile } from './mission-plan.ts'
import {
  missionApprove,
  missionBoard,
  missionControl,
  missionDecide,
  missionLearn,
  missionLessons,
  missionList,
  missionShow,
  missionStart,
} from './missions.ts'
import { taskLabelOption } from './options.ts'
import type { CommandParts, Common } from './run-commands.ts'

function toTokens(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= 1 && number <= missionLimits.tokensMax))
    throw new InvalidArgumentError(`Give a whole number from 1 to ${missionLimits.tokensMax}.`)
  return number
}

interface Approving extends Common {
  readonly yes?: true
  readonly hash?: string
}

export function addMissionCommands(program: Command, { command, withCore }: CommandParts): void {
  const mission = program.command('mission').description('work that is planned, committed by a person, and carried out by several agents')
  command(mission, 'start', 'begin a mission, and wait until it wants a person')
    .argument('<goal>')
    .addOption(new Option('--gate <gate...>', 'stop there as well').choices(['G1', 'G3']))
    .addOption(new Option('--tokens <n>', 'tokens that all of it may spend').argParser(toTokens))
    .addOption(taskLabelOption())
    .option('--plan <file>', 'a plan of your own, instead of the planner’s')
    .action((goal: string, options: Common & { gate?: ('G1' | 'G3')[]; tokens?: number; label?: Label; plan?: string }) =>
      withCore(options, async (core) => {
        const { plan: file, ...wishes } = options
        const plan = file === undefined ? ok(null) : await readPlanFile(file)
        return plan.ok ? missionStart(core, goal, { ...wishes, ...(plan.value === null ? {} : { plan: plan.value }) }) : plan
      }),
    )
  command(mission, 'list', 'missions, newest first')
    .addOption(new Option('--phase <phase...>', 'only those that are so').choices(missionPhases))
    .action((options: Common & { phase?: MissionPhase[] }) => withCore(options, (core) => missionList(core, options.phase)))
  command(mission, 'show', 'one mission: its plan, what its agents do and found, and where it waits')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => missionShow(core, id)))
  command(mission, 'plan', 'print its plan as a file that can be changed')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => missionPlan(core, id)))
  command(mission, 'replan', 'at G2: put a plan of your own in the place of the one that waits')
    .argument('<id>')
    .argument('<file>')
    .action((id: string, file: string, options: Common) => withCore(options, (core) => missionReplan(core, id, file)))
  const approving = { commit: ['carry out the plan that is shown at G2', 'G2'], release: ['give out what is shown at G4', 'G4'] } as const
  for (const name of ['commit', 'release'] as const) {
    const [words, gate] = approving[name]
    command(mission, name, words)
      .argument('<id>')
      .option('--yes', 'do not ask')
      .option('--hash <hash>', 'hash of what was shown')
      .action((id: string, options: Approving) =>
        withCore(options, (core) =>
          missionApprove(core, id, gate, { isYes: options.yes === true, hash: options.hash, confirm: terminalConfirm() }),
        ),
      )
  }
  const saying = {
    revise: 'send the plan back with what should be different',
    redirect: 'at G1: plan with other words in mind',
    fix: 'at G3: try again what brought nothing',
  } as const
  for (const name of ['revise', 'redirect', 'fix'] as const) {
    command(mission, name, saying[name])
      .argument('<id>')
      .argument('<feedback>')
      .action((id: string, feedback: string, options: Common) => withCore(options, (core) => missionDecide(core, id, name, feedback)))
  }
  const plainly = {
    proceed: ['at G1: go on to the plan', 'proceed'],
    join: ['at G3: go on to the report', 'deploy'],
    hold: ['at G4: leave it for later', 'hold'],
    rollback: ['at G4: give nothing out', 'rollback'],
  } as const
  for (const name of ['proceed', 'join', 'hold', 'rollback'] as const) {
    const [words, decision] = plainly[name]
    command(mission, name, words)
      .argument('<id>')
      .action((id: string, options: Common) => withCore(options, (core) => missionDecide(core, id, decision)))
  }
  const control = { pause: 'start nothing more', resume: 'let it go on', abort: 'end it, and stop what is under way' } as const
  for (const name of ['pause', 'resume', 'abort'] as const) {
    command(mission, name, control[name])
      .argument('<id>')
      .action((id: string, options: Common) => withCore(options, (core) => missionControl(core, id, name)))
  }
  const learn = command(mission, 'learn', 'write down what it taught').argument('<id>').requiredOption('--context <text>', 'where it holds')
  for (const part of ['solution', 'learning', 'impact']) learn.option(`--${part} <text>`, `the ${part}`)
  learn.action((id: string, options: Common & Parameters<typeof missionLearn>[2]) =>
    withCore(options, (core) => missionLearn(core, id, options)),
  )
  command(mission, 'lessons', 'what missions taught, newest first').action((options: Common) =>
    withCore(options, (core) => missionLessons(core)),
  )
  command(mission, 'board', 'what was decided and found so far')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => missionBoard(core, id)))
}

/** Says how what is measured of agents is typed: `metrics`, `trace`, `incidents`, `drift`, `report`. */
import { Argument, type Command } from 'commander'
import { drift } from './drift.ts'
import { incidentsClose, incidentsList, incidentsShow } from './incidents.ts'
import { report } from './report.ts'
import type { CommandParts, Common } from './run-commands.ts'
import { metrics } from './telemetry.ts'
import { trace } from './trace.ts'

export function addTelemetryCommands(program: Command, { command, withCore }: CommandParts): void {
  command(program, 'metrics', 'how agents do, in the words of Prometheus').action((options: Common) => withCore(options, metrics))
  command(program, 'trace', 'a mission or a run as a tree of phases, agents and calls; with --json as OpenTelemetry writes it')
    .argument('<id>', 'id of a mission or of a run')
    .action((id: string, options: Common) => withCore(options, (core) => trace(core, id)))
  command(program, 'drift', 'whether what lies here is what was signed, admitted or loaded').action((options: Common) =>
    withCore(options, drift),
  )
  command(program, 'report', 'how agents were run, as Markdown for a review')
    .addArgument(new Argument('[period]', 'weekly: principles 1 to 6').choices(['weekly']).default('weekly'))
    .option('--fortnight', 'of two weeks: principles 7 to 12, and safety')
    .option('--out <file>', 'into this file, which is not there yet')
    .action((_period: string, options: Common & { fortnight?: true; out?: string }) =>
      withCore(options, (core) => report(core, options.fortnight === true ? 'fortnight' : 'week', options.out)),
    )
  const incidents = program.command('incidents').description('what went wrong with agents, tools and tiers')
  command(incidents, 'list', 'open incidents, and how much of what may go wrong has gone wrong')
    .option('--all', 'closed ones as well')
    .action((options: Common & { all?: true }) => withCore(options, (core) => incidentsList(core, options.all === true)))
  command(incidents, 'show', 'one incident')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => incidentsShow(core, id)))
  command(incidents, 'close', 'close an incident, and say what was the matter')
    .argument('<id>')
    .argument('<reason>')
    .action((id: string, reason: string, options: Common) => withCore(options, (core) => incidentsClose(core, id, reason)))
}

/** Says how what is measured of agents is typed: `metrics`, `trace`. */
import type { Command } from 'commander'
import type { CommandParts, Common } from './run-commands.ts'
import { metrics } from './telemetry.ts'
import { trace } from './trace.ts'

export function addTelemetryCommands(program: Command, { command, withCore }: CommandParts): void {
  command(program, 'metrics', 'how agents do, in the words of Prometheus').action((options: Common) => withCore(options, metrics))
  command(program, 'trace', 'a mission or a run as a tree of phases, agents and calls; with --json as OpenTelemetry writes it')
    .argument('<id>', 'id of a mission or of a run')
    .action((id: string, options: Common) => withCore(options, (core) => trace(core, id)))
}

/** Says how what is measured of agents is typed: `metrics`. */
import type { Command } from 'commander'
import type { CommandParts, Common } from './run-commands.ts'
import { metrics } from './telemetry.ts'

export function addTelemetryCommands(program: Command, { command, withCore }: CommandParts): void {
  command(program, 'metrics', 'how agents do, in the words of Prometheus').action((options: Common) => withCore(options, metrics))
}

/** `holdfast run AGENT --input JSON [--watch]`: starts a run and waits until it has ended or is held. */
import type { CommandOutput } from '../contract/cli.ts'
import type { Label } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { Tier } from '../domain/tier.ts'
import type { CommandCore } from './core.ts'
import { followRun, spokenRun } from './follow-run.ts'
import type { Spoken } from './output.ts'

export type RunInput = Readonly<Record<string, unknown>>

/** Throws on anything that is not a JSON object; the message is for the one who typed it. */
export function parseInput(text: string): RunInput {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('Give the input as JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('Give the input as a JSON object.')
  return { ...value }
}

export interface RunWishes {
  readonly tier?: Tier | undefined
  /** Of what is asked for. */
  readonly label?: Label | undefined
}

/** `onStarted` is told the run's id, for whoever is interrupted meanwhile. */
export async function run(
  core: CommandCore,
  agent: string,
  input: RunInput,
  { tier, label }: RunWishes,
  { isWatched, onStarted }: { readonly isWatched: boolean; readonly onStarted: (runId: string) => void },
): Promise<Result<Spoken<CommandOutput<'run'>>>> {
  const start = async (): Promise<Result<string>> => {
    // The dispatcher parses it with the call's own schema.
    const started = await core.call('runs.start', {
      agent,
      input: input as Record<string, string>,
      ...(tier === undefined ? {} : { tier }),
      ...(label === undefined ? {} : { label }),
    })
    if (!started.ok) return started
    onStarted(started.value.runId)
    return ok(started.value.runId)
  }
  const followed = await followRun(core, start, isWatched)
  return followed.ok ? spokenRun(followed.value) : followed
}

/** `holdfast ask "QUESTION"`: asks, waits for the run to end, and prints the answer with its sources. */
import type { CommandOutput } from '../contract/cli.ts'
import type { Answer } from '../domain/answer.ts'
import { type Label, marking } from '../domain/label.ts'
import { describeLocator } from '../domain/locator.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isTerminal } from '../domain/run/transitions.ts'
import type { Tier } from '../domain/tier.ts'
import type { CommandCore } from './core.ts'
import { createStatusLine, plain, type Spoken } from './output.ts'

export interface AskOptions {
  readonly collection?: string
  /** Id of a model, or `none`. */
  readonly model?: string
  readonly top?: number
  readonly tier?: Tier
  /** Of the question. */
  readonly label?: Label
}

const held = (holds: readonly string[]): Result<never> =>
  holds.includes('approval')
    ? fail('run.held', 'A person must see first what would leave this machine.', 'Look at it with `holdfast approvals list`, and decide.')
    : fail('run.held', 'The run is held.', 'Look at it with `holdfast runs list`; it goes on when it is released.')

function describe(answer: Answer): readonly string[] {
  const { claims, citations, nearest, supported, tier, model, device, label, fellBack } = answer
  const served =
    tier === 'reflex'
      ? 'Quoted from your documents, no model was used.'
      : `Written by ${model ?? 'a model'} on ${device}; every quote was checked.`
  const head = [marking(label), '', ...(fellBack === undefined ? [] : [`The ${fellBack.from} did not answer (${fellBack.code}).`, ''])]
  if (!supported) {
    const names = nearest.map(({ file, locator }) => `  ${plain(file)}, ${describeLocator(locator)}`)
    return [...head, 'Not in your documents.', ...(names.length > 0 ? ['', 'Nearest, not evidence:', ...names] : [])]
  }
  const text = claims.map(
    (claim) => `${plain(claim.text)}${claim.citations.map((n) => ` [${n}]`).join('')}${claim.supported ? '' : '  (no support found)'}`,
  )
  const sources = citations.map(({ n, file, locator, quote }) => `  [${n}] ${plain(file)}, ${describeLocator(locator)}: “${plain(quote)}”`)
  return [...head, ...text, '', 'Sources', ...sources, '', served]
}

export async function ask(
  core: CommandCore,
  question: string,
  { collection, model, top, tier, label }: AskOptions,
): Promise<Result<Spoken<CommandOutput<'ask'>>>> {
  const status = createStatusLine()
  const moved = { wake: () => {} }
  let runId: string | null = null
  const stop = core.subscribe(null, (item) => {
    if (item.kind === 'stage' && item.runId === runId) status.show(`${item.stage}…`)
    if (item.kind === 'snapshot' || (item.kind === 'event' && item.event.stream === runId)) moved.wake()
  })
  try {
    status.show('Starting…')
    const started = await core.call('ask.start', {
      question,
      ...(collection === undefined ? {} : { collection }),
      ...(model === undefined ? {} : { modelId: model === 'none' ? null : model }),
      ...(top === undefined ? {} : { top }),
      ...(tier === undefined ? {} : { tier }),
      ...(label === undefined ? {} : { label }),
    })
    if (!started.ok) return started
    runId = started.value.runId
    for (;;) {
      const next = new Promise<void>((resolve) => {
        moved.wake = resolve
      })
      const now = await core.call('ask.answer', { runId })
      if (!now.ok) return now
      const { run, answer } = now.value
      if (answer !== null) return ok({ value: answer, lines: describe(answer) })
      if (run.failure !== null) return { ok: false, error: run.failure }
      if (isTerminal(run.status)) return fail('run.aborted', 'The run was stopped.', 'Ask again when you want to.')
      if (run.status === 'held') return held(run.holds)
      await next
    }
  } finally {
    stop()
    status.clear()
  }
}

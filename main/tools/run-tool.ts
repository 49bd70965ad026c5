/**
 * Runs one call of a tool and always comes back with a reply that follows its schema: bad arguments, an exception, a deadline and an
 * unusable output are replies too. Whether the call may run at all is decided elsewhere, before.
 */
import * as z from 'zod'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import { ToolReply } from '../domain/tool.ts'
import { parseArguments } from './arguments.ts'
import type { AnyTool, Preview, ToolContext, ToolOutcome } from './tool.ts'

export const runLimits = { outputBytesMax: 64 * 1024, abortGraceMs: 2_000 } as const

const defect = fail('tool.defect', 'The tool failed in a way it should not.', 'Go on without it; the log has the details.')
const deadline = fail('tool.deadline', 'The tool took too long and was stopped.', 'Ask for less at once.')
const cancelled = fail('tool.cancelled', 'The call was cancelled.', 'Call it again when it is wanted.')
const tooLarge = fail('tool.output_too_large', 'The tool found more than a reply may hold.', 'Ask for less at once.')

/** Told of exceptions, which are faults of the program; their text may quote a document and belongs into no reply. */
export type OnDefect = (tool: string, error: unknown) => void

async function guarded<T>(tool: AnyTool, work: () => Promise<Result<T>>, onDefect: OnDefect): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    onDefect(tool.name, error)
    return defect
  }
}

/** What the tool comes back with, or the reason to wait no longer for one that does not heed its signal. */
function bounded<T>(work: Promise<Result<T>>, signal: AbortSignal, reason: () => Result<never>): Promise<Result<T>> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const onAbort = () => {
      timer = setTimeout(() => resolve(reason()), runLimits.abortGraceMs)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    void work.then((result) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      // What was done is told as it is; a failure after the signal is the signal's doing, unless the tool says that nothing happened.
      resolve(result.ok || !signal.aborted || result.error.code.endsWith('_before_effect') ? result : reason())
    })
  })
}

function reply(startedAt: number, result: Result<ToolOutcome>): ToolReply {
  const durationMs = performance.now() - startedAt
  const failed = (error: Failure, outcome: ToolOutcome | null): ToolReply => ({
    ok: false,
    error,
    output: null,
    artifacts: [...(outcome?.artifacts ?? [])],
    label: outcome?.label ?? null,
    metrics: { durationMs, bytesWritten: outcome?.bytesWritten ?? 0 },
  })
  if (!result.ok) return failed(result.error, null)
  const outcome = result.value
  const output = z.json().safeParse(outcome.output)
  if (!output.success) return failed(defect.error, outcome)
  if (Buffer.byteLength(JSON.stringify(output.data)) > runLimits.outputBytesMax) return failed(tooLarge.error, outcome)
  return {
    ok: true,
    error: null,
    output: output.data,
    artifacts: [...outcome.artifacts],
    label: outcome.label,
    metrics: { durationMs, bytesWritten: outcome.bytesWritten },
  }
}

/** Parses, performs under the tool's deadline and the context's signal, and measures. Never rejects. */
export async function runTool(
  tool: AnyTool,
  rawArguments: unknown,
  context: ToolContext,
  onDefect: OnDefect = () => {},
): Promise<ToolReply> {
  const startedAt = performance.now()
  const input = parseArguments(tool, rawArguments)
  if (!input.ok) return reply(startedAt, input)
  if (context.signal.aborted) return reply(startedAt, fail('tool.cancelled_before_effect', cancelled.error.message, cancelled.error.hint))
  const clock = new AbortController()
  const timer = setTimeout(() => clock.abort(), tool.timeoutMs)
  const signal = AbortSignal.any([context.signal, clock.signal])
  const work = guarded(tool, () => tool.perform(input.value, { ...context, signal }), onDefect)
  const result = await bounded(work, signal, () => (context.signal.aborted ? cancelled : deadline))
  clearTimeout(timer)
  const answered = ToolReply.safeParse(reply(startedAt, result))
  return answered.success ? answered.data : reply(startedAt, defect)
}

/** What a person sees before deciding; changes nothing. Never rejects. */
export async function previewTool(
  tool: AnyTool,
  rawArguments: unknown,
  context: ToolContext,
  onDefect: OnDefect = () => {},
): Promise<Result<Preview>> {
  const input = parseArguments(tool, rawArguments)
  return input.ok ? guarded(tool, () => tool.preview(input.value, context), onDefect) : input
}

/** Whether this very call wants a person; one that cannot be judged does. */
export function wantsPerson(tool: AnyTool, rawArguments: unknown, context: ToolContext, onDefect: OnDefect = () => {}): boolean {
  const { needsPerson } = tool
  if (needsPerson === undefined) return false
  const input = parseArguments(tool, rawArguments)
  try {
    return !input.ok || needsPerson(input.value, context)
  } catch (error) {
    onDefect(tool.name, error)
    return true
  }
}

/** At most so many bytes will be written. A failure when the arguments are bad, or when it cannot be said, which denies the call. */
export function estimateTool(tool: AnyTool, rawArguments: unknown): Result<number> {
  const input = parseArguments(tool, rawArguments)
  if (!input.ok) return input
  const bytes = tool.estimateBytes(input.value)
  return bytes === null
    ? fail('tool.no_estimate', 'Nobody can say how much this call would write.', 'Call a tool that can say it.')
    : ok(bytes)
}

/** Takes a call back by what it left. May be repeated. `context` is that of the call. Never rejects. */
export async function undoTool(
  tool: AnyTool,
  reply: ToolReply,
  context: ToolContext,
  onDefect: OnDefect = () => {},
): Promise<Result<null>> {
  const { undo } = tool
  if (undo === undefined) return fail('tool.no_undo', 'This cannot be taken back.', 'Do what sets it right yourself.')
  return guarded(tool, () => undo(reply.artifacts, context), onDefect)
}

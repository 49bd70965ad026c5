/** What a tool is: a name, a schema, what it could harm, how it is done and how it is undone. One file per tool, all of them in `registry.ts`. */
import type * as z from 'zod'
import type { Label } from '../domain/label.ts'
import type { PlannableAgent } from '../domain/mission/check-plan.ts'
import type { Result } from '../domain/result.ts'
import type { Artifact, Effect, Risk } from '../domain/tool.ts'
import type { Delegation } from './delegation.ts'
import type { QueryTable, ToolHoldings } from './holdings.ts'

/** A place where a call runs: what it may reach, and nothing else. */
export interface ToolContext {
  readonly runId: string
  /** The call's own id. */
  readonly stepId: string
  /** The run's own folder; it need not exist yet. Nothing outside of it is written. */
  readonly folder: string
  readonly holdings: ToolHoldings
  readonly queryTable: QueryTable
  readonly delegation: Delegation
  readonly signal: AbortSignal
  /** Stores text as a body of this run, under this label, and gives its id. */
  readonly putBody: (text: string) => string
  readonly readBody: (body: string) => string | null
}

/** What a call leaves: `output` for the agent, and the join of the labels of what it read. */
export interface ToolOutcome {
  readonly output: unknown
  readonly artifacts: readonly Artifact[]
  readonly label: Label | null
  readonly bytesWritten: number
}

/** What a person sees before deciding. `diff` is a unified diff, null when nothing is changed in a file. */
export interface Preview {
  readonly summary: string
  readonly diff: string | null
  /** How it can be undone, in words; null when it cannot. */
  readonly undo: string | null
}

export interface Tool<Input = unknown> {
  /** Lower case with underscores; what an agent's allowlist names. */
  readonly name: string
  /** One line: for a model that chooses, and for a person who approves. */
  readonly summary: string
  readonly input: z.ZodType<Input>
  /** Narrower, where rules between fields are more than a grammar of the input could hold, or follow from which agents may be given a task. */
  readonly forModels?: z.ZodType | ((agents: readonly PlannableAgent[]) => z.ZodType)
  readonly effect: Effect
  readonly risk: Risk
  readonly timeoutMs: number
  /** Parameters that decide where an effect goes: only what a person or the agent's definition gave may stand there. */
  readonly trusted: ReadonlyArray<keyof Input & string>
  /** Whether this very call wants a person besides those that its risk wants. Changes nothing. */
  readonly needsPerson?: (input: Input, context: ToolContext) => boolean
  /** At most so many bytes will be written. Null = cannot be said, and the call is denied. */
  readonly estimateBytes: (input: Input) => number | null
  readonly preview: (input: Input, context: ToolContext) => Promise<Result<Preview>>
  /** Must heed `signal`. A failure says in its code whether anything happened: codes that end in `_before_effect` did nothing. */
  readonly perform: (input: Input, context: ToolContext) => Promise<Result<ToolOutcome>>
  /** Restores what stood before; must be repeatable. Absent when it cannot be undone. */
  readonly undo?: (artifacts: readonly Artifact[], context: ToolContext) => Promise<Result<null>>
}

/** A tool whose input type is known to itself alone: `run-tool.ts` parses with `input`, and only then calls the rest. */
export type AnyTool = Omit<Tool<never>, 'input' | 'trusted'> & { readonly input: z.ZodType; readonly trusted: readonly string[] }

/** What handlers need of the prompts of this station; the composition keeps them. */
import type { Actor } from '../domain/actor.ts'
import type { CountedPrompt } from '../domain/agent-check.ts'
import type { Label } from '../domain/label.ts'
import type { Pins, PromptOrigin } from '../domain/prompt.ts'
import type { Result } from '../domain/result.ts'
import type { Prompts, PromptVersion } from '../store/prompts.ts'

export interface PublishedPrompt {
  readonly agent: string
  readonly name: string
  readonly text: string
  readonly label: Label
  readonly origin: PromptOrigin
  /** The label that points at it from now on. */
  readonly as: string
}

export interface PromptDesk extends Pick<Prompts, 'names' | 'versions' | 'moves'> {
  /** A version by its number, or by the label that points at it. */
  find(agent: string, name: string, which: number | string): PromptVersion | null
  /** Null after a purge. */
  text(version: PromptVersion): string | null
  /** All or none. A text that is a version already is that version; the first version of a prompt comes into use at once. */
  publish(actor: Actor, items: readonly PublishedPrompt[]): readonly PromptVersion[]
  label(actor: Actor, version: PromptVersion, to: string): void
  /** As the model counts that serves now, where it has; an estimate otherwise. */
  counted(version: PromptVersion): CountedPrompt
  /** The same, and has the model count first. */
  count(version: PromptVersion): Promise<CountedPrompt>
  /** What a run of this agent is led by from its beginning. An agent that is not there pins nothing. */
  pinsOf(agent: string): Result<Pins>
}

/** What handlers need of the agents that are offered here; the composition fills the shelf. */
import type { Actor } from '../domain/actor.ts'
import type { AgentDefinition, PromptUse } from '../domain/agent.ts'
import type { AgentFault } from '../domain/agent-check.ts'
import type { Label } from '../domain/label.ts'
import type { Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { Agent } from '../runs/loop.ts'
import type { AgentMoment } from '../runs/trial-want.ts'

export interface ShelvedAgent {
  readonly definition: AgentDefinition
  readonly origin: 'product' | 'site'
  /** A file of the site takes something away from it. */
  readonly isNarrowed: boolean
  /** What speaks against it without blocking it. */
  readonly faults: readonly AgentFault[]
}

/** A file that is not offered as an agent, and why. `line` counts from 1; null where the file as a whole is wrong. */
export interface RefusedAgent {
  readonly file: string
  readonly code: string
  readonly message: string
  readonly line: number | null
  readonly field: string | null
}

export interface Shelf {
  readonly agents: readonly ShelvedAgent[]
  readonly refused: readonly RefusedAgent[]
}

export interface AgentDesk {
  readonly now: () => Shelf
  /** All of them, or those that work under this label may know of. */
  readonly definitions: (within?: Label) => readonly AgentDefinition[]
  readonly find: (name: string) => ShelvedAgent | null
  /** Of the pack that an agent came with; of any other name, the lowest. */
  readonly labelOf: (name: string) => Label
  /** Looks at a file's text as if it lay in the folder of the site; `isAlone`: as if nothing else about its agent were here. */
  check(file: string, text: string, isAlone?: boolean): CheckedText
  /** Reads the site's files again. Runs under way go on with what is offered then; one whose agent may do more than when it began waits for a person. */
  reload(): Shelf
}

export interface InstalledPack {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly author: string
  readonly license: string
  readonly agents: readonly string[]
  readonly workflows: readonly string[]
}

/** Packs of agents: looked at whole before anything of them is put in place. */
export interface AgentPacks {
  /** What a pack would bring; a refusal is why it would not be installed. Changes nothing. */
  check(file: string): Promise<Result<InstalledPack>>
  /** `label`: of the words that it brings. The same pack again changes nothing. */
  install(file: string, actor: Actor, label: Label): Promise<Result<InstalledPack>>
  installed(): ReadonlyArray<InstalledPack & { readonly label: Label }>
}

/** A text as an agent, with everything that speaks against it. */
export interface CheckedText {
  readonly definition: AgentDefinition | null
  /** Why it is not offered, where that is no fault of the agent itself. */
  readonly refused: Omit<RefusedAgent, 'file'> | null
  readonly faults: ReadonlyArray<AgentFault & { readonly line: number | null }>
}

/** A file about an agent as it lies here. */
export interface AgentText {
  readonly file: string
  /** `pack`: it came with a pack, and the next version of that would write over it. */
  readonly origin: 'product' | 'site' | 'pack'
  readonly text: string
  /** SHA-256 of the text, in hex. */
  readonly digest: string
}

/** The files of the site's agents. Nothing is written, or taken away, that is not what whoever asks had seen. */
export interface AgentFiles {
  text(file: string): Result<AgentText>
  /** `expected`: digest of what lies there; null = nothing does. Writes only what would be offered, whole or not at all. */
  save(file: string, text: string, expected: string | null): Result<AgentText>
  remove(file: string, expected: string): Result<null>
}

/** Makes an agent that may only say what it wants: no model, no tool and nobody who watches is within its reach. */
export type TrialAgent = (
  definition: AgentDefinition,
  moment: AgentMoment,
  promptOf: (run: ExistingRun, use: PromptUse) => Result<string | null>,
) => Agent

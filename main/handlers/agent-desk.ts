/** What handlers need of the agents that are offered here; the composition fills the shelf. */
import type { AgentDefinition } from '../domain/agent.ts'
import type { AgentFault } from '../domain/agent-check.ts'

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
  readonly definitions: () => readonly AgentDefinition[]
  readonly find: (name: string) => ShelvedAgent | null
  /** Reads the site's files again. Runs under way go on with what is offered then. */
  reload(): Shelf
}

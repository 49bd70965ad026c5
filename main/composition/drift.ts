/** What may drift, over the real files: agents of the site, agents and prompts of the product, and the delivered tree. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Digests } from '../domain/drift.ts'
import { createDriftDesk, type DriftDesk, type DriftParts } from '../handlers/drift-desk.ts'
import { agentFileLimits, readPlainFile } from './read-agents.ts'

const shippedAgents = join(import.meta.dirname, '..', 'agents')
const limits = { filesMax: 1_000 } as const

/** Digests of the texts in a folder and below it; a file that is no plain text within the limits has a digest that nothing else has. */
export function digestsIn(folder: string): Digests {
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(yaml|md)$/.test(name))
      .sort()
      .slice(0, limits.filesMax)
  } catch {
    return {}
  }
  return Object.fromEntries(
    names.map((name) => {
      const text = readPlainFile(join(folder, name), agentFileLimits.bytesMax)
      return [name, text.ok ? createHash('sha256').update(text.value).digest('hex') : 'unreadable']
    }),
  )
}

export const openDrift = (parts: Omit<DriftParts, 'siteAgents' | 'shipped'>, siteFolder: string): DriftDesk =>
  createDriftDesk({ ...parts, siteAgents: () => digestsIn(siteFolder), shipped: () => digestsIn(shippedAgents) })

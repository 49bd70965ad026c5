/** Names of the files that say what an agent is here: `scout.yaml` is one, `scout.local.yaml` takes something away from it. Pure. */
import * as z from 'zod'

/** No separator, no dot that leads upwards, nothing that two machines would spell differently. */
export const AgentFileName = z.string().regex(/^[a-z][a-z0-9-]{0,63}(?:\.local)?\.yaml$/)

export const agentFileLimits = { bytesMax: 256 * 1024, filesMax: 200 } as const

export const isNarrowingFile = (file: string): boolean => file.endsWith('.local.yaml')

/** The agent that a file is about. */
export const agentOfFile = (file: string): string => file.replace(/(?:\.local)?\.yaml$/, '')

export const definitionFileOf = (agent: string): string => `${agent}.yaml`
export const narrowingFileOf = (agent: string): string => `${agent}.local.yaml`

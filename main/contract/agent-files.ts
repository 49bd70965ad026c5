/** Files about agents as they cross the border, and what one of them would have made of a recorded run. */
import * as z from 'zod'
import { AgentFileName } from '../domain/agent-file.ts'
import { AgentTrial } from '../domain/agent-trial.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { call } from './define.ts'

export const agentTextCharsMax = 256 * 1024
const definition = z.string().max(agentTextCharsMax)
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** `pack`: it came with one; like those of the product it is read here, and not written. */
export const AgentText = z.strictObject({
  file: AgentFileName,
  origin: z.enum(['product', 'site', 'pack']),
  text: definition,
  digest: Sha256,
  label: Label,
})
export type AgentText = z.infer<typeof AgentText>

export const agentFileCalls = {
  'agents.text': call(
    'The file of an agent, or what takes something away from one, as text',
    z.strictObject({ file: AgentFileName }),
    AgentText,
  ),
  'agents.save': call(
    'Write the file of an agent of the site, if it would be offered and nobody changed it meanwhile',
    z.strictObject({
      file: AgentFileName,
      text: definition,
      /** Digest of what it takes the place of; null = nothing lies there. */
      expected: Sha256.nullable(),
    }),
    AgentText,
  ),
  'agents.remove': call(
    'Take the file of an agent of the site away; runs of it that are recorded stay',
    z.strictObject({ file: AgentFileName, expected: Sha256 }),
    z.strictObject({ file: AgentFileName }),
  ),
  'agents.try': call(
    'Say what a definition would have made of a recorded run, step by step; nothing is asked, done or kept',
    z.strictObject({ file: z.string().min(1).max(100), definition, runId: idOf('run') }),
    AgentTrial,
  ),
} as const

/** What calls to a person have in common: they change nothing, and no code may complete them. */
import type { AnyTool } from './tool.ts'

const limits = { timeoutMs: 1_000 } as const

export const neverPerformed = {
  effect: 'read',
  risk: 'human',
  timeoutMs: limits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  perform: () => {
    throw new Error('Only a person completes this call; the run machine must hold the run instead of performing it.')
  },
} satisfies Partial<AnyTool>

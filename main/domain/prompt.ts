/** Words that lead an agent: versions that never change, and labels that say which one is in use. */
import * as z from 'zod'
import { hasHiddenCharacters } from './hidden-characters.ts'
import type { Label } from './label.ts'
import type { PinnedPrompt } from './run/events.ts'

export const promptLimits = { charsMax: 32 * 1024, labelsMax: 32 } as const

/** Where a version came from: the product itself, a person of this station, or a pack that was installed. */
export const promptOrigins = ['product', 'site', 'pack'] as const
export const PromptOrigin = z.enum(promptOrigins)
export type PromptOrigin = z.infer<typeof PromptOrigin>

/** `current` leads new runs; `candidate` is tried; `product` is what the product brought last. Others a site names. */
export const PromptLabel = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
export const labelInUse = 'current'
export const labelOfProduct = 'product'

export const PromptText = z
  .string()
  .min(1)
  .max(promptLimits.charsMax)
  .refine((text) => text.trim() !== '', 'says nothing')
  .refine((text) => !hasHiddenCharacters(text), 'has hidden characters')

/** What a run is led by, and the join of the labels of it; `definition` is its agent as it is defined now, as text. */
export interface Pins {
  readonly prompts: readonly PinnedPrompt[]
  readonly definition: string | null
  readonly label: Label
}

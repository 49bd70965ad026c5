/** Versions of prompts in plain words, and what moving a label means. Pure. */
import type { PromptVersion } from '../../../main/contract/prompts.ts'
import { labelInUse, labelOfProduct, type PromptOrigin } from '../../../main/domain/prompt.ts'
import type { Tone } from '../../components/chip.tsx'
import { plural } from '../../format.ts'

export const promptOriginWords: Readonly<Record<PromptOrigin, string>> = {
  product: 'came with the product',
  site: 'written here',
  pack: 'came with a pack',
}

/** `412 tokens`, or `about 412 tokens` where no model has counted them. */
export const tokensSentence = ({ tokens, isEstimated }: Pick<PromptVersion, 'tokens' | 'isEstimated'>): string =>
  `${isEstimated ? 'about ' : ''}${plural(tokens, 'token')}`

export const tokensMeaning = ({ isEstimated }: Pick<PromptVersion, 'isEstimated'>): string =>
  isEstimated ? 'Estimated: no model that serves here has counted them' : 'Counted by the model that serves here'

export const labelTone = (name: string): Tone => (name === labelInUse ? 'ok' : name === labelOfProduct ? 'plain' : 'info')

export const labelMeaning = (name: string): string =>
  name === labelInUse
    ? 'Leads every run that is created from now on'
    : name === labelOfProduct
      ? 'What the product brought last'
      : 'A name for trying; no run is led by it'

/** What becomes of it when a label points at another version. */
export function moveSentences(name: string, from: number | null, to: number): readonly string[] {
  if (name !== labelInUse) {
    const before = from === null ? `Nothing is called ${name} yet.` : `${name} points at version ${from} now.`
    return [before, `It will point at version ${to}. No run is led by it until current points there.`]
  }
  return [
    from === null ? 'No version is in use yet.' : `Version ${from} is in use now.`,
    `Every run that is created from then on is led by version ${to}.`,
    'Runs under way keep the version that they began with, and so do their retries and forks.',
  ]
}

/** A report as Markdown: marking top and bottom, a sentence per supported claim with its source, the sources with their words. Pure. */
import type { Answer } from '../domain/answer.ts'
import type { FellBack } from '../domain/crossing.ts'
import { inertMarkdown } from '../domain/inert-text.ts'
import { type Label, marking } from '../domain/label.ts'
import { describeLocator } from '../domain/locator.ts'
import type { ComposedClaims } from './compose-answer.ts'

export interface Report {
  readonly title: string
  readonly composed: ComposedClaims
  readonly label: Label
  readonly tier: Answer['tier']
  readonly device: string
  /** Another tier was to write it, and did not. */
  readonly fellBack?: FellBack
}

export function composeReport({ title, composed, label, tier, device, fellBack }: Report): string {
  const banner = `**${marking(label)}**`
  const supported = composed.claims.filter((claim) => claim.supported)
  const sentences = supported.map(({ text, citations }) => `${inertMarkdown(text)} ${citations.map((n) => `[${n}]`).join('')}`)
  const left = composed.claims.length - supported.length
  const origin =
    tier === 'reflex'
      ? 'Working paper, quoted from the documents; no model was used.'
      : `AI-assisted working paper, drafted by a model at the ${tier} (${inertMarkdown(device)}).`
  const instead =
    fellBack === undefined ? [] : [`It was to be drafted at the ${fellBack.from}, which did not answer (${inertMarkdown(fellBack.code)}).`]
  const omitted =
    left === 0 ? [] : [`${left} ${left === 1 ? 'sentence' : 'sentences'} without a verified quote ${left === 1 ? 'was' : 'were'} left out.`]
  const sources = composed.citations.map(
    ({ n, file, locator, quote }) => `${n}. ${inertMarkdown(file)}, ${inertMarkdown(describeLocator(locator))}: “${inertMarkdown(quote)}”`,
  )
  return [
    banner,
    `# ${inertMarkdown(title)}`,
    `${[origin, ...instead, ...omitted].join(' ')} Every quotation was found in its source.`,
    ...sentences,
    '## Sources',
    sources.join('\n'),
    banner,
  ]
    .join('\n\n')
    .concat('\n')
}

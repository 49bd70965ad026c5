/** A report as Markdown: marking top and bottom, a sentence per supported claim with its source, the sources with their words. Pure. */
import type { Answer } from '../domain/answer.ts'
import type { FellBack } from '../domain/crossing.ts'
import { withoutHiddenCharacters } from '../domain/hidden-characters.ts'
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

/** Text of documents and models must not become headings, links or markup of ours. */
const plain = (text: string): string =>
  withoutHiddenCharacters(text)
    .replace(/\s+/g, ' ')
    .trim()
    // An underscore inside a word stands for itself.
    .replace(/[\\`*[\]<>#|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    // A list, a rule, or an underline at the start of a line; a number begins a list only with a point or a bracket.
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&')
    // Addresses that viewers make links of by themselves.
    .replace(/(?<=\b(?:https?|ftp)):|(?<=\bwww)\./gi, '\\$&')

export function composeReport({ title, composed, label, tier, device, fellBack }: Report): string {
  const banner = `**${marking(label)}**`
  const supported = composed.claims.filter((claim) => claim.supported)
  const sentences = supported.map(({ text, citations }) => `${plain(text)} ${citations.map((n) => `[${n}]`).join('')}`)
  const left = composed.claims.length - supported.length
  const origin =
    tier === 'reflex'
      ? 'Working paper, quoted from the documents; no model was used.'
      : `AI-assisted working paper, drafted by a model at the ${tier} (${plain(device)}).`
  const instead =
    fellBack === undefined ? [] : [`It was to be drafted at the ${fellBack.from}, which did not answer (${plain(fellBack.code)}).`]
  const omitted =
    left === 0 ? [] : [`${left} ${left === 1 ? 'sentence' : 'sentences'} without a verified quote ${left === 1 ? 'was' : 'were'} left out.`]
  const sources = composed.citations.map(
    ({ n, file, locator, quote }) => `${n}. ${plain(file)}, ${plain(describeLocator(locator))}: “${plain(quote)}”`,
  )
  return [
    banner,
    `# ${plain(title)}`,
    `${[origin, ...instead, ...omitted].join(' ')} Every quotation was found in its source.`,
    ...sentences,
    '## Sources',
    sources.join('\n'),
    banner,
  ]
    .join('\n\n')
    .concat('\n')
}

/** A quote as it leaves the window: with where it stands and how it is marked, so that neither gets lost on the way. Pure. */
import { type Label, marking } from '../../main/domain/label.ts'
import type { Locator } from '../../main/domain/locator.ts'
import { placeInSentence } from './quoted.ts'

export interface Cited {
  readonly quote: string
  readonly file: string
  readonly locator: Locator
  readonly label: Label
}

/** `(CUI) “7.4 metres at lowest astronomical tide” (harbour-survey.pdf, page 4)` */
export const citationText = ({ quote, file, locator, label }: Cited): string =>
  `(${marking(label)}) “${quote.replace(/\s+/g, ' ').trim()}” (${file}, ${placeInSentence(locator)})`

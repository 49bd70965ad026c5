/** The passage a viewer was opened at, as the viewer needs it. Pure. */
import type { PassageDetail } from '../../main/contract/holdings.ts'
import { describeLocator, type Locator } from '../../main/domain/locator.ts'
import { visibleString } from './visible-text.ts'

export interface Quoted {
  /** Changes whenever another passage or quote is shown. */
  readonly key: string
  /** The quoted words as they were asked for; null where the whole passage is meant. */
  readonly text: string | null
  readonly locator: Locator
  readonly spans: PassageDetail['spans']
  /** False when words were asked for that do not stand there: then the whole passage is marked. */
  readonly isFound: boolean
  /** What a screen reader says when the passage is reached. */
  readonly announcement: string
}

/** Where something stands, in the middle of a sentence: `page 4`. A place that begins with a heading keeps the heading's own letters. */
export function placeInSentence(locator: Locator): string {
  const place = describeLocator(locator)
  const beginsWithHeading = locator.kind === 'paragraph' && locator.headings.some((heading) => heading !== '')
  return beginsWithHeading ? place : place.charAt(0).toLowerCase() + place.slice(1)
}

export function quotedFrom(passage: PassageDetail, quote: string | null, isFound: boolean): Quoted {
  const what = isFound ? 'Quoted passage' : 'Passage'
  return {
    key: `${passage.id} ${quote ?? ''}`,
    text: isFound ? quote : null,
    locator: passage.locator,
    spans: passage.spans,
    isFound,
    announcement: `${what}, ${visibleString(placeInSentence(passage.locator))}`,
  }
}

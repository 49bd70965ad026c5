/**
 * What is true of every secret in a test, whatever the product says of it: each is one word that stands in one text and nowhere else.
 * Where the word is seen, there that text has flowed to.
 */
import { type Label, marking, permits } from '../../main/domain/label.ts'

const word = /\bzq[0-9a-z]{6}\b/g

export interface Truth {
  /** A new word, and the label of the text that it stands in. */
  add(label: Label): string
  /** A person who may do so says that the text of this word is less. */
  lower(word: string, label: Label): void
  labelOf(word: string): Label
  /** Every word in a text must satisfy `isRight`; what does not is told to `onWrong`. Gives back how many there were. */
  check(text: string, isRight: (label: Label) => boolean, onWrong: (what: string) => void): number
}

export function createTruth(): Truth {
  const labels = new Map<string, Label>()
  const labelOf = (name: string): Label => {
    const label = labels.get(name)
    if (label === undefined) throw new Error(`nobody wrote ${name}`)
    return label
  }
  return {
    labelOf,
    add: (label) => {
      const name = `zq${labels.size.toString(36).padStart(6, '0')}`
      labels.set(name, label)
      return name
    },
    lower: (name, label) => void labels.set(name, label),
    check: (text, isRight, onWrong) => {
      const words = new Set(text.match(word) ?? [])
      for (const name of words) if (!isRight(labelOf(name))) onWrong(`${name} of ${marking(labelOf(name))}`)
      return words.size
    },
  }
}

/** Whether a text under this label may hold what is labelled so. */
export const covering = (label: Label) => (part: Label) => permits(label, part)

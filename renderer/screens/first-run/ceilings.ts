/** What each station ceiling means, in plain words. */
import type { LabelName } from '../../../main/domain/label.ts'

export interface Ceiling {
  readonly name: LabelName
  readonly title: string
  readonly meaning: string
}

export const ceilings: readonly Ceiling[] = [
  {
    name: 'unclassified',
    title: 'Unclassified',
    meaning: 'Nothing that carries a marking. Right for a first look.',
  },
  { name: 'cui', title: 'CUI', meaning: 'Unclassified, but controlled: material marked CUI too.' },
  { name: 'confidential', title: 'Confidential', meaning: 'Up to CONFIDENTIAL, on a machine approved for it.' },
  { name: 'secret', title: 'Secret', meaning: 'Up to SECRET, on a machine approved for it.' },
  { name: 'top_secret', title: 'Top secret', meaning: 'Up to TOP SECRET, on a machine approved for it.' },
]

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
    meaning: 'Nothing that carries a marking. Right for a first look and for the sample case.',
  },
  { name: 'cui', title: 'CUI', meaning: 'Unclassified, but controlled: material marked CUI too.' },
  { name: 'confidential', title: 'Confidential', meaning: 'Up to material marked CONFIDENTIAL. The machine must be approved for it.' },
  { name: 'secret', title: 'Secret', meaning: 'Up to material marked SECRET. The machine must be approved for it.' },
  { name: 'top_secret', title: 'Top secret', meaning: 'Up to material marked TOP SECRET. The machine must be approved for it.' },
]

/** Which labels can be given to new material, and what it takes when nothing is said. Pure; the core decides again. */
import { dominates, join, type Label, type LabelName, labelFromName, labelNames, marking, sameLabel } from '../../main/domain/label.ts'

export interface LabelChoice {
  /** Null stands for saying nothing. */
  readonly name: LabelName | null
  readonly label: Label
  readonly title: string
  readonly detail: string
}

/** `floor` is that of the collection; null for a new one. A label never goes below the floor nor above the ceiling. */
export function labelChoices(ceiling: Label, floor: Label | null): readonly LabelChoice[] {
  const unsaid = floor ?? ceiling
  const first: LabelChoice = {
    name: null,
    label: unsaid,
    title: marking(unsaid),
    detail: floor === null ? 'Unlabelled material takes the ceiling of this station' : 'The least that this collection gives its documents',
  }
  const others = labelNames.flatMap((name): LabelChoice[] => {
    const label = floor === null ? labelFromName(name) : join(floor, labelFromName(name))
    if (!dominates(ceiling, label) || sameLabel(label, unsaid)) return []
    return [
      {
        name,
        label,
        title: marking(label),
        detail: floor === null ? 'You know that all of it is marked so' : 'Higher than the rest of this collection',
      },
    ]
  })
  return [first, ...others]
}

/** Which labels a question can be given, lowest first, and what each means for it. Pure; the core decides again. */
import { dominates, joinAll, type Label, labelFromName, labelNames, marking, sameLabel, unclassified } from '../../../main/domain/label.ts'
import type { Choice } from '../../components/choice-menu.tsx'

export interface QuestionLabel {
  readonly label: Label
  readonly choice: Choice
}

/** `highest`: what this account may see; `floor`: that of the collection which is asked. The last one is what a question has when nothing is said. */
export function questionLabels(highest: Label, floor: Label | null): readonly QuestionLabel[] {
  const named = labelNames.map(labelFromName).map((label) => joinAll([label, floor ?? unclassified]))
  const lower = named.filter((label) => dominates(highest, label) && !sameLabel(highest, label))
  const distinct = lower.filter((label, at) => lower.findIndex((other) => sameLabel(other, label)) === at)
  const detail = 'You know that your words say nothing higher'
  return [
    ...distinct.map((label) => ({ label, choice: { value: marking(label), title: marking(label), detail } })),
    { label: highest, choice: { value: marking(highest), title: marking(highest), detail: 'As high as anything that you may see' } },
  ]
}

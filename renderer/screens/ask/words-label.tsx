/** The label of words that a person writes: as high as anything that they may see, unless they say that their words are lower. */
import { useState } from 'react'
import { type Label, unclassified } from '../../../main/domain/label.ts'
import { useCall } from '../../api.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { type QuestionLabel, questionLabels } from './question-labels.ts'

export interface WordsLabel {
  readonly labels: readonly QuestionLabel[]
  readonly chosen: QuestionLabel | undefined
  readonly choose: (marking: string) => void
  /** What a call is told; nothing where there is nothing to choose. */
  readonly input: { readonly label?: Label }
}

export function useWordsLabel(): WordsLabel {
  const status = useCall('station.status', {})
  const labels = questionLabels(status.data?.clearance ?? unclassified, null)
  const [marked, setMarked] = useState<string | null>(null)
  const chosen = labels.find(({ choice }) => choice.value === marked) ?? labels.at(-1)
  return { labels, chosen, choose: setMarked, input: chosen === undefined || labels.length === 1 ? {} : { label: chosen.label } }
}

/** Nothing where there is nothing to choose. */
export function WordsLabelMenu({ words: { labels, chosen, choose }, title }: { words: WordsLabel; title: string }) {
  if (labels.length < 2) return null
  return <ChoiceMenu label={title} value={chosen?.choice.value ?? ''} choices={labels.map(({ choice }) => choice)} onChoose={choose} />
}

/**
 * The label of what a person asks for: hers to choose, up to what she may see; never below the collection that it is asked of, nor below
 * the marks in its own text. What is not labelled is as high as anything that she may see. Pure.
 */
import { joinAll, type Label, permits } from './label.ts'
import { marksIn } from './reply-marks.ts'
import { fail, ok, type Result } from './result.ts'

const above = fail(
  'task.label_above_clearance',
  'This label is above what may be asked here.',
  'Choose one that this account and this station may hold.',
)
const marked = fail(
  'task.label_below_marks',
  'The text bears marks above its label.',
  'Choose a label that covers them, or leave the marked part out.',
)

export interface TaskLabelFacts {
  /** Null = nobody chose one. */
  readonly chosen: Label | null
  /** The highest that this person may see. */
  readonly clearance: Label
  /** That of the collection which is asked; null = all of them, or none. */
  readonly floor: Label | null
  /** What she wrote. */
  readonly texts: readonly string[]
}

export function taskLabel({ chosen, clearance, floor, texts }: TaskLabelFacts): Result<Label> {
  const label = chosen === null ? clearance : joinAll([chosen, ...(floor === null ? [] : [floor])])
  if (!permits(clearance, label)) return above
  // What is above anything that she may see is refused, labelled or not.
  return texts.flatMap(marksIn).every((mark) => permits(label, mark)) ? ok(label) : marked
}

/** Words of a person that are put under a label which stands already: `task.label_below_marks` where they bear marks above it. */
export const withinLabel = (label: Label, texts: readonly string[]): Result<null> =>
  texts.flatMap(marksIn).every((mark) => permits(label, mark)) ? ok(null) : marked

/** A document whose own marks say that it does not belong here. What is said of it names the mark and its place, never a word of the text. */
import type { DocumentMarks } from './document-marks.ts'
import { join, type Label, marking, permits, sameLabel } from './label.ts'
import type { Failure } from './result.ts'

const hint =
  'Nothing of it was kept. Do not import it here, and tell your security officer; if the ceiling is wrong, a security officer can change it.'

/** Null when everything that the marks say is handled here at all; the policy says what is. */
export function unusedMark(isInUse: (label: Label) => boolean, floor: Label, { marks }: Pick<DocumentMarks, 'marks'>): Failure | null {
  const mark = marks.find(({ label }) => !isInUse(join(floor, label)))
  if (mark === undefined) return null
  const message = `It is marked ${marking(mark.known)} ${mark.where}, which the policy does not use here.`
  const unused = 'Nothing of it was kept. Tell your security officer; if the policy is wrong, a policy that uses this level can be loaded.'
  return { code: 'policy.label_not_in_use', message, hint: unused }
}

/** Null when a station with this ceiling may hold it. `floor` is what was said of the document, which the ceiling permits. */
export function suspectedSpill(ceiling: Label, floor: Label, { marks }: Pick<DocumentMarks, 'marks'>): Failure | null {
  const mark = marks.find(({ label }) => !permits(ceiling, join(floor, label)))
  if (mark === undefined) return null
  const isAllKnown = sameLabel(mark.known, mark.label)
  const said = `${marking(mark.known)}${isAllKnown ? '' : ', with a control that is not known here,'}`
  return { code: 'import.suspected_spill', message: `It is marked ${said} ${mark.where}: higher than this station may hold.`, hint }
}

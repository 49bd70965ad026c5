/** The parts of a context as a list shows them: numbered within their kind, with the first line of their text. Pure. */
import type { ShownContext, ShownPart } from '../../../main/contract/context.ts'
import type { LeftOutRecord, PartKind } from '../../../main/domain/context-part.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { kindTitles } from './part-words.ts'

const limits = { lineCharsMax: 160 } as const

export interface ShownRow {
  readonly is: 'shown'
  readonly key: string
  readonly title: string
  readonly line: string | null
  readonly part: ShownPart
}
export interface LeftOutRow {
  readonly is: 'left-out'
  readonly key: string
  readonly title: string
  readonly part: LeftOutRecord
}
export type PartRow = ShownRow | LeftOutRow

function firstLine(text: string | null): string | null {
  const line = text === null ? '' : (/\S[^\n]*/.exec(text.slice(0, 4 * limits.lineCharsMax))?.[0] ?? '')
  return line === '' ? null : visibleString(line.slice(0, limits.lineCharsMax))
}

/** `Passage 3 of 14`; only what there is several of is counted. */
function createTitles(kinds: readonly PartKind[]): (kind: PartKind) => string {
  const total = new Map<PartKind, number>()
  const seen = new Map<PartKind, number>()
  for (const kind of kinds) total.set(kind, (total.get(kind) ?? 0) + 1)
  return (kind) => {
    const number = (seen.get(kind) ?? 0) + 1
    seen.set(kind, number)
    const of = total.get(kind) ?? 0
    return of < 2 ? kindTitles[kind] : `${kindTitles[kind]} ${number} of ${of}`
  }
}

export function shownRows({ parts }: Pick<ShownContext, 'parts'>): readonly ShownRow[] {
  const titleOf = createTitles(parts.map(({ kind }) => kind))
  return parts.map((part, at) => ({ is: 'shown', key: `shown ${at}`, title: titleOf(part.kind), line: firstLine(part.text), part }))
}

export const leftOutRows = ({ leftOut }: Pick<ShownContext, 'leftOut'>): readonly LeftOutRow[] =>
  leftOut.map((part, at) => ({ is: 'left-out', key: `left out ${at}`, title: kindTitles[part.kind], part }))

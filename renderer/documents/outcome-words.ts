/** What became of a file, in words and colours. Pure. */
import type { FileOutcome, Import, ImportedFile } from '../../main/contract/holdings.ts'
import type { Tone } from '../components/chip.tsx'
import { plural } from '../format.ts'

export const outcomeWords: Readonly<Record<FileOutcome, { readonly title: string; readonly tone: Tone }>> = {
  waiting: { title: 'Waiting', tone: 'plain' },
  reading: { title: 'Reading', tone: 'accent' },
  indexed: { title: 'Indexed', tone: 'ok' },
  indexed_in_part: { title: 'In part', tone: 'warn' },
  duplicate: { title: 'Held already', tone: 'info' },
  refused: { title: 'Refused', tone: 'bad' },
  cancelled: { title: 'Cancelled', tone: 'plain' },
}

const placesShownMax = 3

/** One line about a file beside its outcome. */
export function outcomeDetail(file: ImportedFile): string {
  switch (file.outcome) {
    case 'indexed':
      return `${file.pages > 0 ? `${plural(file.pages, 'page')}, ` : ''}${plural(file.passages, 'passage')}`
    case 'indexed_in_part': {
      const places = file.missing.slice(0, placesShownMax).map((part) => `${part.where}: ${part.reason}`)
      const more = file.missing.length - places.length
      return `Not read: ${places.join('; ')}${more > 0 ? `, and ${plural(more, 'more part')}` : ''}`
    }
    case 'duplicate':
      return 'The same content is in this collection already; nothing was added'
    case 'refused':
      return `${file.reason ?? 'It was refused.'} ${file.hint ?? ''}`.trim()
    case 'cancelled':
      return 'Not read'
    case 'waiting':
    case 'reading':
      return ''
  }
}

/** Groups of outcomes that a person looks at, in the order of what needs attention. */
export const outcomeGroups = [
  { key: 'all', title: 'All', outcomes: null },
  { key: 'refused', title: 'Refused', outcomes: ['refused'] },
  { key: 'in-part', title: 'In part', outcomes: ['indexed_in_part'] },
  { key: 'duplicates', title: 'Held already', outcomes: ['duplicate'] },
] as const satisfies readonly { readonly key: string; readonly title: string; readonly outcomes: readonly FileOutcome[] | null }[]

export type OutcomeGroup = (typeof outcomeGroups)[number]

export function countOf(group: OutcomeGroup, totals: Import['totals']): number {
  switch (group.key) {
    case 'all':
      return totals.files
    case 'refused':
      return totals.refused
    case 'in-part':
      return totals.inPart
    case 'duplicates':
      return totals.duplicates
  }
}

/** `340 of 1,000 files, 12 refused` while it runs; what came of it afterwards. */
export function importSummary({ state, totals }: Import): string {
  const outcomes = [
    totals.indexed > 0 || state !== 'running' ? `${totals.indexed} indexed` : '',
    totals.inPart > 0 ? `${totals.inPart} in part` : '',
    totals.duplicates > 0 ? `${totals.duplicates} held already` : '',
    totals.refused > 0 ? `${totals.refused} refused` : '',
  ].filter((text) => text !== '')
  const far =
    state === 'running'
      ? `${totals.done} of ${plural(totals.files, 'file')}`
      : state === 'cancelled'
        ? 'Cancelled'
        : plural(totals.files, 'file')
  return [far, ...outcomes].join(' · ')
}

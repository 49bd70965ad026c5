/** What a run or a conversation says as the content of a paper: labels as they stand now, sources as they lie here now. */
import type { Answer } from '../domain/answer.ts'
import { dateTimeGroup } from '../domain/date-time-group.ts'
import { dominates, joinAll, type Label } from '../domain/label.ts'
import { describeLocator } from '../domain/locator.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { particularLimits, readParticulars } from '../domain/source-particulars.ts'
import { type PaperContent, type PaperSection, paperLabel } from '../domain/working-paper.ts'
import type { RunRow } from '../store/runs.ts'
import { answerOf } from './ask.ts'
import { readReport } from './paper-report.ts'
import { titleOf } from './runs.ts'
import type { Services } from './services.ts'

const limits = { sectionsMax: 200 } as const
export const nothing = fail('export.nothing', 'There is no finished answer in it.', 'Wait for it, or ask again.')
const tooLong = fail('export.too_large', `It has more than ${limits.sectionsMax} answers.`, 'Export single answers.')

export type ContentParts = Pick<Services, 'runs' | 'journal' | 'bodies' | 'log' | 'documents' | 'models' | 'reader' | 'agents' | 'labels'>

/** What a paper says, what it is at least, and each of the runs in it. */
export interface Composed {
  readonly content: PaperContent
  readonly label: Label
  readonly runs: ReadonlyArray<{ readonly row: RunRow; readonly label: Label }>
  /** Where not each run but the whole was given out. */
  readonly release?: { readonly by: string; readonly at: number; readonly label: Label } | null
}

const placeOf = (passageId: string): readonly [documentId: string, ordinal: number] => {
  const [documentId = '', ordinal] = passageId.split('.')
  return [documentId, Number(ordinal)]
}

/** What the run carries, and everything that a model of it was shown, as high as that is now. */
function labelOfRun({ log, documents }: Pick<ContentParts, 'log' | 'documents'>, row: RunRow): Label {
  const shown = new Set(log.readStream(row.id).flatMap(({ event }) => (event.type === 'context.built' ? event.passages : [])))
  return joinAll([row.label, ...[...shown].flatMap((passageId) => documents.passageLabel(...placeOf(passageId)) ?? [])])
}

function modelOf({ models }: Pick<ContentParts, 'models'>, { model, tier, device }: Answer): PaperSection['origin']['model'] {
  if (tier === 'reflex') return null
  const manifest = model === null ? undefined : models.record(model)?.manifest
  // A model that was removed since, or one elsewhere, is named by what served.
  return manifest === undefined ? { name: model ?? device, digest: null } : { name: manifest.name, digest: manifest.sha256.value }
}

export function sectionOf(
  parts: ContentParts,
  row: RunRow,
  answer: Answer,
  before: number,
): { readonly section: PaperSection; readonly label: Label } {
  const { documents, bodies } = parts
  const whole = labelOfRun(parts, row)
  const sources = answer.citations.map((citation): PaperSection['sources'][number] => {
    const document = documents.find(citation.documentId)
    // Of a document that was removed it is not known any more which portion it was.
    const portion = documents.passageLabel(...placeOf(citation.passageId)) ?? whole
    const mayTell = document !== null && dominates(portion, document.label)
    return {
      n: citation.n + before,
      portion,
      document: document?.label ?? portion,
      file: citation.file,
      place: describeLocator(citation.locator),
      quote: citation.quote,
      isVerified: citation.verified,
      digest: document?.digest.replace(/^sha256:/, '') ?? null,
      imported: document === null ? null : dateTimeGroup(document.importedAt),
      particulars: mayTell
        ? readParticulars(documents.blocks(document.id, 0, particularLimits.blocks).blocks.map(({ text }) => text))
        : null,
    }
  })
  // What a model wrote took up all that it was shown; what was quoted is as high as where it stands.
  const isQuoted = answer.tier === 'reflex'
  const portionOf = (numbers: readonly number[]): Label => {
    const own = sources.filter(({ n }) => numbers.includes(n - before)).map(({ portion }) => portion)
    return isQuoted && own.length > 0 ? joinAll(own) : whole
  }
  const claims = answer.claims.map(({ text, supported, citations }) => ({
    ...{ portion: portionOf(citations), text, isSupported: supported, sources: citations.map((n) => n + before) },
  }))
  const at = dateTimeGroup(row.endedAt ?? row.movedAt)
  return {
    section: {
      question: { portion: bodies.labelOf(row.input) ?? whole, text: answer.question },
      ...{ claims, sources },
      origin: { runId: row.id, tier: answer.tier, model: modelOf(parts, answer), device: answer.device, at },
      nearest: answer.nearest.map(({ file }) => file),
    },
    label: whole,
  }
}

/** An answer, or the report that a run delivered. */
export async function contentOfRun(parts: ContentParts, row: RunRow): Promise<Result<Composed>> {
  const own = answerOf(parts, row)
  const report = own === null ? await readReport(parts, row) : null
  const answer = own ?? report
  if (row.status !== 'complete' || answer === null) return nothing
  const { section, label } = sectionOf(parts, row, answer, 0)
  const content: PaperContent = { kind: own === null ? 'report' : 'answer', id: row.id, title: answer.question, sections: [section] }
  const whole = paperLabel(content, label)
  return ok({ content, label: whole, runs: [{ row, label: whole }] })
}

/** The finished answers of a conversation, oldest first, their sources numbered through. */
export function contentOfConversation(parts: ContentParts, id: string, rows: readonly RunRow[]): Result<Composed> {
  const answered = rows.flatMap((row) => {
    const answer = row.status === 'complete' ? answerOf(parts, row) : null
    return answer === null ? [] : [{ row, answer }]
  })
  if (answered.length === 0) return nothing
  if (answered.length > limits.sectionsMax) return tooLong
  const sections: PaperSection[] = []
  const made: { row: RunRow; label: Label }[] = []
  let before = 0
  for (const { row, answer } of answered) {
    const { section, label } = sectionOf(parts, row, answer, before)
    sections.push(section)
    made.push({ row, label: paperLabel({ sections: [section] }, label) })
    before += answer.citations.length
  }
  const title = titleOf(parts, rows[0]?.input ?? '') ?? answered[0]?.answer.question ?? 'Conversation'
  const content: PaperContent = { kind: 'conversation', id, title, sections }
  // Questions without an answer are part of it, too: its title may be one.
  const label = joinAll([...rows, ...made].map((one) => one.label))
  return ok({ content, label: paperLabel(content, label), runs: made })
}

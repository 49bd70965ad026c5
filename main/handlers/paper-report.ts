/** The report that a run delivered, read back from its record: the draft's claims, looked up again in the passages that it was shown. */
import type { Answer } from '../domain/answer.ts'
import { readJson } from '../domain/canonical-json.ts'
import { Findings } from '../domain/findings.ts'
import type { RunEvent } from '../domain/run/events.ts'
import { Tier } from '../domain/tier.ts'
import { checkDraft, type FoundPassage } from '../runs/draft.ts'
import type { RunRow } from '../store/runs.ts'
import { titleOf } from './runs.ts'
import type { Services } from './services.ts'

export type ReportParts = Pick<Services, 'journal' | 'bodies' | 'log' | 'documents' | 'reader' | 'agents' | 'labels'>

/** The passages in the order of the context; null when one of them is not here any more, since the numbers of the claims count them all. */
export async function readShown(
  { documents, reader }: Pick<ReportParts, 'documents' | 'reader'>,
  ids: readonly string[],
): Promise<readonly FoundPassage[] | null> {
  const numbers = ids.flatMap((id) => {
    const [documentId = '', ordinal] = id.split('.')
    return documents.passageNumber(documentId, Number(ordinal)) ?? []
  })
  if (numbers.length < ids.length) return null
  const read = await reader.readPassages(numbers, { collections: null, labels: null })
  return read.ok && read.value.length === ids.length ? read.value : null
}

/** Findings are their own record: claims and citations as they were looked up then. */
function readFindings({ bodies, journal, log }: ReportParts, row: RunRow): Answer | null {
  const parsed = Findings.safeParse(readJson(row.result === null ? '' : (bodies.read(row.result) ?? '')))
  const { state } = journal.read(row.id)
  const step = state.status === 'absent' ? undefined : state.steps.findLast(({ served }) => served !== null)
  const served = step?.served
  if (!parsed.success || served == null || parsed.data.counts.supported === 0) return null
  const asked = log
    .readStream(row.id)
    .flatMap(({ event }) => (event.type === 'model.requested' && event.stepId === step?.id ? [event.modelId] : []))
  const { title: question, claims, citations, tier, device } = parsed.data
  return {
    ...{
      runId: row.id,
      question,
      answer: '',
      supported: true,
      claims: claims.filter(({ supported }) => supported),
      citations,
      nearest: [],
    },
    ...{ tier, model: asked[0] ?? null, device, label: row.label, usage: served.usage },
  }
}

/** Null when the run delivered no report and has no findings, or what it rests on is gone. */
export async function readReport(parts: ReportParts, row: RunRow): Promise<Answer | null> {
  const found = readFindings(parts, row)
  if (found !== null) return found
  const { journal, bodies, log, agents } = parts
  const definition = agents.find(row.agent)?.definition
  const { state } = journal.read(row.id)
  if (definition === undefined || state.status === 'absent') return null
  const delivered = state.steps.findLast(
    ({ kind, name, phase, copiedFrom }) =>
      kind === 'tool' && name === definition.deliver?.tool && phase === 'succeeded' && copiedFrom === null,
  )
  const isDraft = (output: string | null): boolean => {
    const json = output === null ? null : readJson(output)
    return typeof json === 'object' && json !== null && 'claims' in json
  }
  const drafted = state.steps.findLast(
    ({ kind, phase, output, ordinal }) =>
      kind === 'model' &&
      phase === 'succeeded' &&
      ordinal < (delivered?.ordinal ?? 0) &&
      isDraft(output === null ? null : bodies.read(output.body)),
  )
  const text = drafted?.output == null ? null : bodies.read(drafted.output.body)
  if (delivered === undefined || drafted === undefined || text === null || drafted.served === null) return null
  const events = log.readStream(row.id).map(({ event }) => event)
  const about = <T extends RunEvent['type']>(type: T) =>
    events.find((event): event is Extract<RunEvent, { type: T }> => event.type === type && 'stepId' in event && event.stepId === drafted.id)
  const shown = await readShown(parts, about('context.built')?.passages ?? [])
  if (shown === null) return null
  const { composed } = checkDraft({ step: { text }, included: shown })
  const claims = composed.claims.filter(({ supported }) => supported)
  const question = titleOf(parts, row.input) ?? definition.title
  return {
    ...{ runId: row.id, question, answer: '', supported: claims.length > 0, claims, citations: [...composed.citations], nearest: [] },
    ...{ tier: Tier.parse(drafted.name), model: about('model.requested')?.modelId ?? null, label: row.label },
    ...{ device: drafted.served.device, usage: drafted.served.usage },
  }
}

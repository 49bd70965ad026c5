/** Spans of a trace in plain words. */
import { MissionPhase } from '../../../main/domain/mission/phases.ts'
import type { HandoffReason, SpanKind, SpanStatus } from '../../../main/domain/trace.ts'
import type { Tone } from '../../components/chip.tsx'
import { formatDuration } from '../../format.ts'
import { isTierName, tierTitles } from '../../route-words.ts'
import { missionPhaseWords } from '../missions/mission-words.ts'
import { agentWords } from '../runs/run-words.ts'
import { lastsMs, type TraceSpan } from './trace-tree.ts'

export const kindWords: Readonly<Record<SpanKind, string>> = {
  mission: 'Mission',
  phase: 'Phase',
  run: 'Run',
  model: 'Model call',
  tool: 'Tool call',
}

const handoffWords: Readonly<Record<HandoffReason, string>> = {
  planned: 'planned by',
  after: 'after',
  asked: 'asked for by',
  retry: 'another try of',
  fork: 'forked from',
}

export const statusTones: Readonly<Record<SpanStatus, Tone>> = { open: 'accent', ok: 'ok', error: 'bad', stopped: 'plain' }

/** How it ended, in one word. */
export const statusWords: Readonly<Record<SpanStatus, string>> = { open: 'goes on', ok: 'done', error: 'failed', stopped: 'stopped' }

/** What stands in the tree: an agent, a phase, a tool, or the tier of a model. */
export function spanTitle({ kind, name }: TraceSpan): string {
  if (kind === 'run') return agentWords(name)
  if (kind === 'mission') return 'The mission'
  if (kind === 'tool') return name
  if (kind === 'model') return name === 'reflex' ? 'Quotes picked, no model' : `Model call, ${isTierName(name) ? tierTitles[name] : name}`
  const phase = MissionPhase.safeParse(name)
  return phase.success ? missionPhaseWords[phase.data] : name
}

export const statusText = ({ status, code }: TraceSpan): string => (status === 'error' ? (code ?? 'failed') : statusWords[status])

/** `after Research`. `spans` are all of the trace, by id. */
export function handoffText({ from, reason }: TraceSpan['handoffs'][number], spans: ReadonlyMap<string, TraceSpan>): string {
  const source = spans.get(from)
  return `${handoffWords[reason]} ${source === undefined ? 'a run outside of this trace' : spanTitle(source)}`
}

/** One span in a sentence, for those who listen. */
export function spanSentence(span: TraceSpan, spans: ReadonlyMap<string, TraceSpan>, nowMs: number): string {
  const handoffs = span.handoffs.map((one) => handoffText(one, spans))
  const kind = span.kind === 'mission' || span.kind === 'model' ? '' : `${kindWords[span.kind]} `
  return [`${kind}${spanTitle(span)}`, statusText(span), formatDuration(lastsMs(span, nowMs)), ...handoffs].join(', ')
}

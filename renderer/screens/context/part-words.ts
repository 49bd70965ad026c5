/** What stands in a context, in plain words: what each part is, whose words it is, where it comes from, and why it is there or is not. */
import type { LeftOutReason, PartKind, PartReason } from '../../../main/domain/context-part.ts'
import type { ContextBand } from '../../../main/domain/context-window.ts'
import type { Tone } from '../../components/chip.tsx'

export const kindTitles: Readonly<Record<PartKind, string>> = {
  system: 'Rules of the agent',
  playbook: 'Playbook',
  decisions: 'Decision',
  parameters: 'What was given before',
  thread: 'Done so far',
  failures: 'What went wrong',
  evidence: 'Passage',
  question: 'What is asked',
}

/** Of several parts of a kind together. */
export const kindsTitles: Readonly<Record<PartKind, string>> = { ...kindTitles, decisions: 'Decisions', evidence: 'Passages' }

/** Whose words a part is: of Holdfast and the agent's file, of whoever gave the task or decided, of a model, or of a document. */
export type Voice = 'holdfast' | 'given' | 'model' | 'document'

export const voiceOf: Readonly<Record<PartKind, Voice>> = {
  system: 'holdfast',
  playbook: 'holdfast',
  decisions: 'given',
  parameters: 'given',
  thread: 'model',
  failures: 'holdfast',
  evidence: 'document',
  question: 'given',
}

export const voiceSentences: Readonly<Record<Voice, string>> = {
  holdfast: 'Stated by Holdfast, from the agent’s file or from the record.',
  given: 'The task as it was given, or what a person decided.',
  model: 'Calls that a model or its playbook chose, and what they gave back. Nobody checked it.',
  document: 'Words of your documents, as they stood then.',
}

/** The edge and ground of a text, and of its piece of the bar. */
export const voiceLooks: Readonly<Record<Voice, { readonly text: string; readonly bar: string }>> = {
  holdfast: { text: 'border-l-[3px] border-edge bg-sunken', bar: 'bg-edge' },
  given: { text: 'border-l-[3px] border-ink-2 bg-surface', bar: 'bg-ink-2' },
  model: { text: 'border-l-[3px] border-info bg-info-soft/45', bar: 'bg-info' },
  document: { text: 'border-l-[3px] border-accent bg-surface', bar: 'bg-accent' },
}

export const whyWords: Readonly<Record<PartReason, string>> = {
  agent: 'belongs to the agent',
  asked: 'was asked',
  given: 'was given',
  found: 'was found by a search or by reading',
  done: 'was done before in this run',
  failed: 'failed before in this run',
  person: 'was said by a person',
  carried: 'comes from an earlier session of work',
}

export const leftOutWords: Readonly<Record<LeftOutReason, string>> = {
  over_share: 'no room below the limit of the window',
  over_evidence: 'more passages than a model reads well',
  resolved: 'an error that is over',
  folded: 'told by the line of another part',
}

export const bandWords: Readonly<Record<ContextBand, string>> = {
  optimal: 'optimal, below 20 %',
  good: 'good, 20 to 40 %',
  warning: 'warning, 40 to 60 %',
  critical: 'critical, 60 % or more',
}

export const bandTones: Readonly<Record<ContextBand, Tone>> = { optimal: 'ok', good: 'ok', warning: 'warn', critical: 'bad' }

const named: Readonly<Record<string, string>> = {
  instructions: 'the agent’s instructions',
  question: 'the task',
  nothing: 'no call was made before',
}

/** Where a part comes from. `callOf` names a step of the run. */
export function sourceWords(source: string, callOf: (stepId: string) => string | null): string {
  if (source.startsWith('stp_')) return callOf(source) ?? 'a call of this run'
  if (source.startsWith('run_')) return 'handed on by an earlier run'
  if (source.startsWith('doc_')) return 'a passage of a document'
  return named[source] ?? source
}

/** `22 %`; below ten with one place after the point, so that small parts can be told apart. */
export function fineShare(share: number): string {
  if (share > 0 && share < 0.0005) return 'below 0.1 %'
  return share >= 0.1 ? `${Math.round(share * 100)} %` : `${(share * 100).toFixed(1)} %`
}

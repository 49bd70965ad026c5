/** Requests to a person in plain words: what is asked, what it could do, what became of it. */
import type { Approval, ApprovalItem } from '../../../main/contract/approvals.ts'
import type { HoldDecision } from '../../../main/domain/run/events.ts'
import { crossingTool, type Effect, type Risk } from '../../../main/domain/tool.ts'
import type { Tone } from '../../components/chip.tsx'

export const kindWords: Readonly<Record<Approval['kind'], string>> = { approval: 'Call to approve', question: 'Question', gate: 'Proposal' }

/** What such a call could do, in a few words. */
export const riskWords: Readonly<Record<Risk, string>> = {
  read: 'only reads',
  compute: 'only calculates',
  note: 'adds to its own notes',
  human: 'asks a person',
  delegate: 'gives another agent a task',
  write: 'writes a file',
  delete: 'deletes something',
  command: 'runs a command',
  email: 'sends mail',
  deploy: 'changes a service',
  crossing: 'sends something to another machine',
  crossing_permitted: 'sends something to another machine, as was permitted before',
  unknown: 'nobody knows what it does',
}

export const riskTones: Readonly<Record<Risk, Tone>> = {
  ...{ read: 'plain', compute: 'plain', note: 'plain', human: 'plain', delegate: 'plain', write: 'warn', delete: 'bad' },
  ...{ command: 'bad', email: 'bad', deploy: 'bad', crossing: 'bad', crossing_permitted: 'warn', unknown: 'bad' },
}

export const effectSentences: Readonly<Record<Effect, string>> = {
  read: 'Changes nothing.',
  idempotent: 'Changes something; doing it twice is the same as doing it once.',
  unsafe: 'Changes something, and each time counts. It is never repeated by itself.',
}

export const decisionWords: Readonly<Record<HoldDecision, string>> = {
  released: 'released',
  approved: 'approved',
  rejected: 'rejected',
  revised: 'sent back',
  answered: 'answered',
  expired: 'expired',
  ended: 'run ended',
}

export const decisionTones: Readonly<Record<HoldDecision, Tone>> = {
  ...{ released: 'plain', approved: 'ok', rejected: 'bad', revised: 'warn', answered: 'ok', expired: 'warn', ended: 'plain' },
}

/** A tool is called by its name; what would leave is no tool for a person. */
export const isToolCall = ({ kind, tool }: Approval | ApprovalItem): boolean => kind === 'approval' && tool !== crossingTool

/** What stands in the list and over the request. */
export function requestTitle(approval: Approval | ApprovalItem): string {
  if (isToolCall(approval)) return approval.tool
  if (approval.kind === 'approval') return 'A request to another machine'
  return approval.kind === 'question' ? 'A question for you' : 'A proposal to decide on'
}

/** How often nobody came: said only once somebody was called. */
export const rungWords = (rung: number): string | null =>
  rung === 0 ? null : rung === 1 ? 'called out once' : rung === 2 ? 'called out twice' : 'called out three times'

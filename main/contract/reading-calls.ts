/** Calls that change nothing: what a station with a damaged store still answers. A call that is not named here counts as a change. */
import type { CallName } from './calls.ts'

const names = [
  'station.status',
  'station.doctor',
  // It changes the files of a damaged store, which is what it is for; on a sound one it refuses by itself.
  'station.restore',
  'collections.list',
  'imports.list',
  'imports.get',
  'imports.files',
  'documents.list',
  'documents.get',
  'documents.blocks',
  'documents.bytes',
  'passages.get',
  'search.query',
  'ask.answer',
  'conversations.list',
  'conversations.get',
  'agents.list',
  'tools.list',
  'runs.list',
  'runs.get',
  'runs.events',
  'runs.replay',
  'runs.diff',
  'runs.export',
  'runs.budget',
  'steps.list',
  'approvals.list',
  'approvals.get',
  'quota.get',
  'bodies.read',
  'models.list',
  'audit.status',
  'audit.verify',
  'audit.cancel',
  'audit.export',
  'audit.publicKey',
] as const satisfies readonly CallName[]

export const readingCalls: ReadonlySet<string> = new Set(names)

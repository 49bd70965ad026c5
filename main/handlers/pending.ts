/** Calls whose parts are being put in: refused until then. */
import type { Handlers } from '../dispatch.ts'
import { fail } from '../domain/result.ts'

type Names =
  | 'runs.retry'
  | 'runs.fork'
  | 'runs.replay'
  | 'runs.diff'
  | 'runs.export'
  | 'runs.import'
  | 'agents.list'
  | 'tools.list'
  | 'runs.start'
  | 'steps.list'
  | 'runs.undo'
  | 'runs.budget'
  | 'runs.raise'
  | 'quota.get'
  | 'quota.set'
  | 'approvals.list'
  | 'approvals.get'
  | 'approvals.approve'
  | 'approvals.reject'
  | 'approvals.revise'
  | 'approvals.answer'

const notYet = () => fail('core.not_built', 'This is not built yet.', 'Use a later version.')

export const pendingHandlers = (): Pick<Handlers, Names> => ({
  'runs.retry': notYet,
  'runs.fork': notYet,
  'runs.replay': notYet,
  'runs.diff': notYet,
  'runs.export': notYet,
  'runs.import': notYet,
  'agents.list': notYet,
  'tools.list': notYet,
  'runs.start': notYet,
  'steps.list': notYet,
  'runs.undo': notYet,
  'runs.budget': notYet,
  'runs.raise': notYet,
  'quota.get': notYet,
  'quota.set': notYet,
  'approvals.list': notYet,
  'approvals.get': notYet,
  'approvals.approve': notYet,
  'approvals.reject': notYet,
  'approvals.revise': notYet,
  'approvals.answer': notYet,
})

/** Calls whose parts are being put in: refused until then. */
import type { Handlers } from '../dispatch.ts'
import { fail } from '../domain/result.ts'

type Names = 'runs.replay' | 'runs.export' | 'runs.import'

const notYet = () => fail('core.not_built', 'This is not built yet.', 'Use a later version.')

export const pendingHandlers = (): Pick<Handlers, Names> => ({
  'runs.replay': notYet,
  'runs.export': notYet,
  'runs.import': notYet,
})

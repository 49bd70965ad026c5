/** What runs may spend: one run's budget, and the quota of all of them together. */
import type { QuotaStatus } from '../contract/agents.ts'
import type { Handlers } from '../dispatch.ts'
import { mergeBudget } from '../domain/budget.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { type ExistingRun, usageAt } from '../domain/run/state.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')

type Names = 'runs.budget' | 'runs.raise' | 'quota.get' | 'quota.set'

export const budgetHandlers = ({ journal, loop, ledger, runs, clock, station, ceiling, policy }: Services): Pick<Handlers, Names> => {
  const runOf = (runId: string): Result<ExistingRun> => {
    if (runs.get(runId) === null) return unknown
    const { state } = journal.read(runId)
    return state.status === 'absent' ? unknown : ok(state)
  }
  const quota = (): QuotaStatus => {
    const { tokens, costMicros } = ledger.spent()
    return { ...ledger.quota(), policy: policy().budgets, tokensSpent: tokens, costMicrosSpent: costMicros }
  }
  return {
    'runs.budget': ({ runId }) => {
      const run = runOf(runId)
      return run.ok ? ok({ budget: run.value.budget, usage: usageAt(run.value, clock()) }) : run
    },
    'runs.raise': ({ runId, budget }, caller) => {
      const run = runOf(runId)
      if (!run.ok) return run
      const wanted = mergeBudget(run.value.budget, budget)
      const sent = journal.send(runId, () => [{ type: 'budget.change', budget: wanted }], operator(caller))
      if (!sent.ok) return sent
      loop.wake()
      const after = runOf(runId)
      return after.ok ? ok({ budget: after.value.budget, usage: usageAt(after.value, clock()) }) : after
    },
    'quota.get': () => ok(quota()),
    'quota.set': (wanted, caller) => {
      station.commit(operator(caller), (record) => {
        ledger.setQuota(wanted)
        record({ type: 'quota.changed', ...wanted }, ceiling())
      })
      loop.wake()
      return ok(quota())
    },
  }
}

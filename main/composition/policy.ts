/** The policy in force, put together: what is signed and accepted, or what is built in. It is read from memory and nowhere else. */
import { attendedDeadline } from '../domain/attended-time.ts'
import type { Label } from '../domain/label.ts'
import { builtInPolicy, clearanceOf, type PolicyInForce, rolesOf } from '../domain/policy.ts'
import { attendedSchedule } from '../handlers/attended.ts'
import { createAuthorise } from '../handlers/authorise.ts'
import { createDualDesk } from '../handlers/dual.ts'
import type { Services } from '../handlers/services.ts'
import type { Holdings } from './store.ts'

export interface PolicyParts extends Pick<Services, 'tenant' | 'clock' | 'newId' | 'ceiling' | 'account'> {
  readonly holdings: Holdings
}

export interface OpenedPolicy {
  readonly services: Pick<Services, 'policy' | 'rolesOf' | 'clearanceOf' | 'dual' | 'acts'>
  /** The station ceiling was set. */
  ceilingChanged(): void
}

export function openPolicy({ holdings, tenant, account, ceiling, clock, newId }: PolicyParts): OpenedPolicy {
  // A damaged store may not even tell its ceiling: it is asked when somebody needs it.
  let held: { readonly policy: PolicyInForce; readonly ceiling: Label } | null = null
  const now = () => {
    if (held === null) {
      const under = ceiling()
      held = { policy: builtInPolicy(account, under), ceiling: under }
    }
    return held
  }
  const policy = () => now().policy
  const known = {
    policy,
    rolesOf: (who: string) => rolesOf(now().policy, who),
    clearanceOf: (who: string) => clearanceOf(now().policy, who, now().ceiling),
  }
  const acts = createDualDesk({
    ...{ ...holdings, ...known, tenant, clock, newId, ceiling, authorise: createAuthorise(known) },
    deadline: (attendedMs) => attendedDeadline(clock(), attendedMs, attendedSchedule(holdings.settings, clock())),
  })
  return {
    services: { ...known, acts, dual: acts.dual },
    ceilingChanged: () => {
      held = null
    },
  }
}

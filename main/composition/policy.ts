/** The policy in force, put together: what is signed and accepted, or what is built in. It is read from memory and nowhere else. */
import type { Label } from '../domain/label.ts'
import { builtInPolicy, clearanceOf, type PolicyInForce, rolesOf } from '../domain/policy.ts'
import { createDual } from '../handlers/dual.ts'
import type { Services } from '../handlers/services.ts'

export interface PolicyParts {
  /** Owns the data folder. */
  readonly account: string
  readonly ceiling: () => Label
}

export interface OpenedPolicy {
  readonly services: Pick<Services, 'policy' | 'rolesOf' | 'clearanceOf' | 'dual'>
  /** The station ceiling was set. */
  ceilingChanged(): void
}

export function openPolicy({ account, ceiling }: PolicyParts): OpenedPolicy {
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
  return {
    services: {
      policy,
      rolesOf: (who) => rolesOf(now().policy, who),
      clearanceOf: (who) => clearanceOf(now().policy, who, now().ceiling),
      dual: createDual(policy),
    },
    ceilingChanged: () => {
      held = null
    },
  }
}

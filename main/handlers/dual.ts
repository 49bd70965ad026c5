/**
 * Acts that the policy may give to two persons: one asks, another confirms exactly that, and only then it is done. A handler that is
 * wrapped is called at once where the policy does not ask for two.
 */
import type { CallName } from '../contract/calls.ts'
import type { Handler } from '../dispatch.ts'
import type { DualAct, PolicyInForce } from '../domain/policy.ts'
import { fail } from '../domain/result.ts'

/** `perform` is called with the person who asked, at once or when another person confirmed. */
export type Dual = <N extends CallName>(act: DualAct, name: N, perform: Handler<N>) => Handler<N>

const needsTwo = fail(
  'act.needs_two',
  'The policy gives this act to two persons.',
  'Load a policy that does not, or ask with an account that can be confirmed.',
)

export const createDual =
  (policy: () => PolicyInForce): Dual =>
  (act, _name, perform) =>
  (input, caller) =>
    policy().dualControl.includes(act) ? needsTwo : perform(input, caller)

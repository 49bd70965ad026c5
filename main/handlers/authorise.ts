/** Who may make which call: the roles that an account holds under the policy in force, against the action that the call belongs to. */
import { actionOf } from '../contract/actions.ts'
import type { CallName } from '../contract/calls.ts'
import type { Authorise, Caller } from '../dispatch.ts'

export type { Authorise }

import type { Failure } from '../domain/result.ts'
import { type Action, type Role, rolesFor, roleWords } from '../domain/role.ts'
import type { Services } from './services.ts'

function notAllowed(name: CallName, action: Action, held: readonly Role[]): Failure {
  const able = rolesFor[action].map((role) => roleWords[role]).join(', ')
  return {
    code: 'role.not_allowed',
    message: `${name} is not for ${held.length === 0 ? 'an account without a role' : 'the roles of this account'}; it is for: ${able}.`,
    hint: 'Ask somebody who has such a role, or have the policy changed.',
  }
}

export interface AuthoriseParts extends Pick<Services, 'rolesOf'> {
  /** Owns the data folder. */
  readonly account: string
  /** Nothing that was said of roles can be believed. */
  readonly isSealed: () => boolean
}

export const createAuthorise =
  ({ rolesOf, account: owner, isSealed }: AuthoriseParts) =>
  (name: CallName, { account }: Caller): Failure | null => {
    const action = actionOf[name]
    if (action === null) return null
    // The way back: what decides then is the signature.
    if (action === 'policy.load' && account === owner && isSealed()) return null
    const held = rolesOf(account)
    const able: readonly Role[] = rolesFor[action]
    return held.some((role) => able.includes(role)) ? null : notAllowed(name, action, held)
  }

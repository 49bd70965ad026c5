/** The policy in force, put together: the desk that keeps and watches it, who may do what under it, and acts of two persons. */

import { attendedDeadline } from '../domain/attended-time.ts'
import { clearanceOf, rolesOf } from '../domain/policy.ts'
import { attendedSchedule } from '../handlers/attended.ts'
import { type Authorise, createAuthorise } from '../handlers/authorise.ts'
import { createDualDesk } from '../handlers/dual.ts'
import { createPolicyDesk, type PolicyDesk } from '../handlers/policy-desk.ts'
import { createPolicyLoad } from '../handlers/policy-load.ts'
import type { Services } from '../handlers/services.ts'
import { createSeen, createSight } from '../handlers/sight.ts'
import { policyPlaces } from '../policy/policy-files.ts'
import { createPolicies } from '../store/policies.ts'
import type { Holdings } from './store.ts'

/** Where root says which keys count on this machine. */
const machineTrustRoot = { file: '/etc/holdfast/policy.pub', owner: 0 } as const

export interface PolicyParts extends Pick<Services, 'tenant' | 'paths' | 'clock' | 'newId' | 'ceiling' | 'account' | 'onDefect'> {
  readonly holdings: Holdings
  readonly isReadOnly: boolean
  readonly trustRoot: { readonly file: string; readonly owner: number } | undefined
}

export interface OpenedPolicy {
  readonly services: Pick<
    Services,
    'policy' | 'rolesOf' | 'clearanceOf' | 'sightOf' | 'dual' | 'acts' | 'policyDesk' | 'loadPolicy' | 'mayCall'
  >
  /** Whether a caller may make a call, and see what it names. */
  readonly authorise: Authorise
  readonly desk: PolicyDesk
}

export function openPolicy(parts: PolicyParts): OpenedPolicy {
  const { holdings, tenant, paths, account, ceiling, clock, newId, isReadOnly, onDefect } = parts
  const { db, settings, station } = holdings
  const { file, owner } = parts.trustRoot ?? machineTrustRoot
  const desk = createPolicyDesk({
    ...{ account, ceiling, clock, station, settings, onDefect, isReadOnly },
    policies: createPolicies(db, tenant),
    places: { ...policyPlaces(paths.data, tenant), trustRoot: file, trustRootOwner: owner },
  })
  const known = {
    policy: desk.inForce,
    rolesOf: (who: string) => rolesOf(desk.inForce(), who),
    clearanceOf: (who: string) => clearanceOf(desk.inForce(), who, ceiling()),
  }
  const mayCall = createAuthorise({ ...known, account, isSealed: desk.isSealed })
  const sightOf = createSight({ ...known, ceiling, labels: holdings.labels })
  const acts = createDualDesk({
    ...{ ...holdings, ...known, tenant, clock, newId, ceiling, sightOf, mayCall },
    deadline: (attendedMs) => attendedDeadline(clock(), attendedMs, attendedSchedule(settings, clock())),
  })
  const maySee = createSeen(sightOf, { ...holdings, acts })
  const loadPolicy = createPolicyLoad({ policyDesk: desk, dual: acts.dual })
  return {
    services: { ...known, sightOf, acts, dual: acts.dual, policyDesk: desk, loadPolicy, mayCall },
    authorise: (name, caller, input) => mayCall(name, caller) ?? maySee(name, input, caller.account),
    desk,
  }
}

/** Puts a signed policy in force, whoever brings it: by one person or by two, as the policy before it says. Every refusal is on record. */
import type { Handlers } from '../dispatch.ts'
import { type PublicKey, parsePublicKey } from '../domain/minisign.ts'
import { ok, type Result } from '../domain/result.ts'
import { operator, type Services } from './services.ts'

export const policyBytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const givenKey = (text: string | undefined): Result<PublicKey | null> => (text === undefined ? ok(null) : parsePublicKey(text))

export function createPolicyLoad({ policyDesk, dual }: Pick<Services, 'policyDesk' | 'dual'>): Handlers['policy.load'] {
  const load: Handlers['policy.load'] = ({ policy, signature, key: keyText }, caller) => {
    const key = givenKey(keyText)
    const accepted = key.ok ? policyDesk.accept({ bytes: policyBytes(policy), signature, key: key.value }) : key
    if (!accepted.ok) {
      policyDesk.refused(accepted.error, operator(caller))
      return accepted
    }
    policyDesk.load(accepted.value, operator(caller))
    return ok(policyDesk.status())
  }
  const loadByTwo = dual('policy.load', 'policy.load', load)
  // Where nothing can be believed there are no two persons to ask: the signature alone decides.
  return (input, caller) => (policyDesk.isSealed() ? load(input, caller) : loadByTwo(input, caller))
}

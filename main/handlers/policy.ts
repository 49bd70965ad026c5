/** The policy: shown, checked, compared and loaded. Its bytes come as the text that was signed; every refusal is on record. */
import type { PolicyCheck } from '../contract/policy.ts'
import type { Handlers } from '../dispatch.ts'
import { keyIdText, parseSignature } from '../domain/minisign.ts'
import { inForce } from '../domain/policy.ts'
import { policyChanges } from '../domain/policy-order.ts'
import { ok, type Result } from '../domain/result.ts'
import { findingsOf } from '../policy/accept.ts'
import { readPolicy } from '../policy/verify-policy.ts'
import { givenKey, policyBytes } from './policy-load.ts'
import type { Services } from './services.ts'

type Names = `policy.${'get' | 'check' | 'diff' | 'load'}`

export const policyHandlers = ({ policyDesk, loadPolicy, ceiling }: Services): Pick<Handlers, Names> => {
  function check(text: string, signature: string | undefined, keyText: string | undefined): Result<PolicyCheck> {
    const bytes = policyBytes(text)
    const policy = readPolicy(bytes)
    const findings = policy.ok ? [...findingsOf(policy.value, ceiling())] : [{ where: 'policy', message: policy.error.message }]
    const version = policy.ok ? policy.value.version : null
    const key = givenKey(keyText)
    if (!key.ok) return key
    if (signature === undefined) return ok({ version, findings, signature: null, isLoadable: false })
    const signed = parseSignature(signature)
    const accepted = policyDesk.accept({ bytes, signature, key: key.value })
    const keyId = signed.ok ? keyIdText(signed.value.keyId) : null
    const sentence = accepted.ok ? 'It is signed with a key that may sign policies here.' : accepted.error.message
    return ok({
      ...{ version, findings, isLoadable: accepted.ok },
      signature: { keyId, code: accepted.ok ? null : accepted.error.code, sentence },
    })
  }

  return {
    'policy.get': () => ok(policyDesk.status()),
    'policy.check': ({ policy, signature, key }) => check(policy, signature, key),
    'policy.diff': ({ policy }) => {
      const read = readPolicy(policyBytes(policy))
      if (!read.ok) return read
      const [before, after] = [policyDesk.inForce(), inForce(read.value)]
      return ok({ fromVersion: before.version, toVersion: after.version, changes: [...policyChanges(before, after)] })
    },
    'policy.load': loadPolicy,
  }
}

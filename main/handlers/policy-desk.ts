/**
 * The policy in force, kept in memory and watched: whatever lies on this machine is looked at again and again, and the verdict is
 * always that of the last look. It never loosens what was said but by a policy that was accepted.
 */
import type { PolicyStatus } from '../contract/policy.ts'
import type { Actor } from '../domain/actor.ts'
import type { Label } from '../domain/label.ts'
import { keyIdText, parsePublicKey, publicKeyLine } from '../domain/minisign.ts'
import { builtInPolicy, inForce, type PolicyInForce, sealed, tightened } from '../domain/policy.ts'
import { explainPolicyFault, type PolicyFault } from '../domain/policy-faults.ts'
import type { Failure, Result } from '../domain/result.ts'
import { type AcceptedPolicy, acceptPolicy, type OfferedPolicy } from '../policy/accept.ts'
import { judge, type PolicyEvidence, type Verdict } from '../policy/judge.ts'
import { type PolicyPlaces, readPolicyFiles, writePolicyFiles } from '../policy/policy-files.ts'
import { signersOf } from '../policy/verify-policy.ts'
import { writeDurablySync } from '../store/durable-file.ts'
import type { Policies } from '../store/policies.ts'
import type { Services } from './services.ts'

export const policyDeskLimits = { lookEveryMs: 30_000, historyMax: 20 } as const

export interface PolicyDesk {
  /** From memory: without IO. */
  inForce(): PolicyInForce
  readonly verdict: () => Verdict
  isSealed(): boolean
  status(): PolicyStatus
  /** What lies here now, for those who judge another policy against it. */
  evidence(): PolicyEvidence
  accept(offered: OfferedPolicy): Result<AcceptedPolicy>
  load(accepted: AcceptedPolicy, actor: Actor): void
  /** Nothing was loaded, and why stands in the log. */
  refused(failure: Failure, actor: Actor): void
  /** Looks at everything again; what has changed since is put on record. */
  look(): void
  ceilingChanged(): void
  /** Records how it stands, and goes on looking. */
  start(): void
  close(): void
}

export type PolicyDeskParts = Pick<Services, 'account' | 'ceiling' | 'clock' | 'station' | 'settings' | 'onDefect'> & {
  readonly policies: Policies
  readonly places: PolicyPlaces
  /** The store is damaged: nothing is written. */
  readonly isReadOnly: boolean
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
/** The version whose files have yet to be written. */
const deliveringKey = 'policy.delivering'

const faultsOf = (verdict: Verdict): readonly PolicyFault[] => ('faults' in verdict ? verdict.faults : [])

export function createPolicyDesk(parts: PolicyDeskParts): PolicyDesk {
  const { account, ceiling, clock, station, settings, onDefect, policies, places, isReadOnly } = parts
  let verdict: Verdict = { kind: 'built_in' }
  let under: Label | null = null
  let held: PolicyInForce | null = null
  let told = ''
  let timer: NodeJS.Timeout | null = null

  /** What cannot be read of the store is unreadable, and not absent. */
  const read = <T>(work: () => T): T | 'unreadable' => {
    try {
      return work()
    } catch {
      return 'unreadable'
    }
  }
  const stored = (): PolicyEvidence['stored'] => {
    const row = policies.last()
    if (row === null) return null
    const key = parsePublicKey(row.publicKey)
    return key.ok ? { bytes: row.bytes, signature: row.signature, publicKey: key.value } : 'unreadable'
  }
  const evidence = (): PolicyEvidence => ({
    recorded: read(policies.recorded),
    stored: read(stored),
    ...readPolicyFiles(places),
    known: 'bytes' in verdict ? verdict.bytes : null,
  })
  const build = (): PolicyInForce => {
    under ??= ceiling()
    switch (verdict.kind) {
      case 'built_in':
        return builtInPolicy(account, under)
      case 'in_force':
        return inForce(verdict.policy)
      case 'not_accepted':
        return tightened(builtInPolicy(account, under))
      case 'tightened':
        return verdict.policy === null ? sealed : tightened(inForce(verdict.policy))
    }
  }

  /** A load that was ended before its files were written is brought to its end. */
  function deliver(): void {
    if (isReadOnly) return
    const [row, recorded] = [policies.last(), policies.recorded()]
    if (row === null || recorded === null || settings.get(deliveringKey) !== row.version || row.digest !== recorded.digest) return
    writePolicyFiles(places, { bytes: row.bytes, signature: row.signature, mark: recorded }, writeDurablySync)
    settings.set(deliveringKey, null)
  }

  function judgeAgain(): void {
    try {
      deliver()
    } catch (error) {
      // A full disk, say: what lies there tightens until it could be written.
      onDefect('policy', error)
    }
    verdict = judge(evidence())
    held = null
  }

  /** What changed since it was last told is put on record. */
  function tell(): void {
    const faults = [...faultsOf(verdict)]
    if (isReadOnly || faults.join() === told) return
    told = faults.join()
    const version = 'policy' in verdict ? (verdict.policy?.version ?? 0) : 0
    station.commit(scheduler, (event) => event({ type: 'policy.drifted', version, faults, atMs: clock() }, ceiling()))
  }

  const look = () => {
    try {
      judgeAgain()
      tell()
    } catch (error) {
      onDefect('policy', error)
    }
  }

  judgeAgain()
  return {
    inForce: () => {
      held ??= build()
      return held
    },
    verdict: () => verdict,
    isSealed: () => verdict.kind === 'tightened' && verdict.policy === null,
    status: () => {
      held ??= build()
      const said = 'policy' in verdict ? verdict.policy : null
      const { isTightened, version, ...rules } = held
      return {
        state: isTightened ? 'tightened' : verdict.kind === 'in_force' ? 'in_force' : 'built_in',
        faults: faultsOf(verdict).map((fault) => ({ fault, sentence: explainPolicyFault[fault] })),
        isSealed: held === sealed,
        version,
        issuer: said?.issuer ?? null,
        issuedAt: said?.issuedAt ?? null,
        rules,
        signers: said === null ? [] : signersOf(said).map(({ id }) => keyIdText(id)),
        hasTrustRoot: readPolicyFiles(places).trustRoot !== null,
        ceiling: ceiling(),
        file: places.file,
        history: [...policies.history(policyDeskLimits.historyMax)],
      }
    },
    evidence,
    accept: (offered) => {
      judgeAgain()
      return acceptPolicy(offered, evidence(), verdict, ceiling())
    },
    load: ({ bytes, signature, signer, mark }, actor) => {
      const [keyId, at] = [keyIdText(signer.id), clock()]
      const digest = { alg: 'sha256', value: mark.digest } as const
      const keyDigest = { alg: 'sha256', value: mark.keyDigest } as const
      station.commit(actor, (event) => {
        const row = { version: mark.version, bytes, signature, publicKey: publicKeyLine(signer), keyId, digest: mark.digest }
        policies.add({ ...row, loadedAt: at, loadedBy: actor.account })
        settings.set(deliveringKey, mark.version)
        event({ type: 'policy.loaded', version: mark.version, digest, keyId, keyDigest, atMs: at }, ceiling())
      })
      judgeAgain()
      tell()
    },
    refused: ({ code }, actor) => {
      if (isReadOnly) return
      station.commit(actor, (event) => event({ type: 'policy.refused', code, atMs: clock() }, ceiling()))
    },
    look,
    ceilingChanged: () => {
      under = null
      held = null
    },
    start: () => {
      tell()
      timer = setInterval(look, policyDeskLimits.lookEveryMs)
      timer.unref()
    },
    close: () => {
      if (timer !== null) clearInterval(timer)
    },
  }
}

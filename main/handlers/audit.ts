/** The audit log as an operator sees it: how it stands, whether it holds, and how to take it to an auditor. */
import { join } from 'node:path'
import type { AuditStatus, AuditVerification, FoundFault } from '../contract/audit.ts'
import type { Handlers } from '../dispatch.ts'
import { type AuditFault, explainFault } from '../domain/audit-fault.ts'
import { fail, ok } from '../domain/result.ts'
import type { AuditVerdict } from '../store/opening.ts'
import type { Services } from './services.ts'

const noKey = fail('audit.key_missing', 'The key of the audit log is gone.', 'Bring the folder “keys” back into the data folder.')

export const toFault = (fault: AuditFault | null): FoundFault | null =>
  fault === null ? null : { ...fault, sentence: explainFault(fault) }
const toVerification = (verdict: AuditVerdict): AuditVerification => ({ ...verdict, fault: toFault(verdict.fault) })

type Names = 'audit.status' | 'audit.verify' | 'audit.cancel' | 'audit.checkpoint' | 'audit.export' | 'audit.publicKey'

export const auditHandlers = ({ audit, journalState, paths }: Services): Pick<Handlers, Names> => {
  const status = (): AuditStatus => {
    const [last, mark, verdict] = [audit.lastCheckpoint(), audit.mark(), audit.verdict()]
    return {
      events: audit.events(),
      lastCheckpoint: last === null ? null : { size: last.size, root: last.root, at: last.at },
      mark: typeof mark === 'string' ? null : { size: mark.size, at: mark.at },
      keyId: audit.keys?.keyId ?? null,
      journal: journalState(),
      verification: verdict === null ? null : toVerification(verdict),
      verifying: audit.verifying(),
    }
  }
  return {
    'audit.status': () => ok(status()),
    'audit.verify': async () => {
      const verified = await audit.verify()
      return verified.ok ? ok(toVerification(verified.value)) : verified
    },
    'audit.cancel': () => {
      audit.cancel()
      return ok(status())
    },
    'audit.checkpoint': async () => {
      const sealed = await audit.seal()
      return sealed.ok ? ok(status()) : sealed
    },
    'audit.export': async () => {
      const exported = await audit.export()
      return exported.ok ? ok({ ...exported.value, keyId: audit.keys?.keyId ?? null }) : exported
    },
    'audit.publicKey': () => {
      const { keys } = audit
      return keys === null ? noKey : ok({ keyId: keys.keyId, pem: keys.publicKeyPem, file: join(paths.keys, 'audit.pub') })
    },
  }
}

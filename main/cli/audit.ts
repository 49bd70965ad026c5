/** `holdfast audit verify|export|checkpoint`: whether the record holds, and how to prove it elsewhere. */
import type { AuditStatus } from '../contract/audit.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { createStatusLine, type Spoken } from './output.ts'

const limits = { lookMs: 300 } as const

const time = (at: number): string => new Date(at).toISOString()

/** Exit code 1 when the log does not hold. */
export async function auditVerify(core: CommandCore): Promise<Result<Spoken<CommandOutput<'audit verify'>>>> {
  const status = createStatusLine()
  const look = setInterval(() => {
    void core.call('audit.status', {}).then((now) => {
      if (now.ok && now.value.verifying !== null) status.show(`${now.value.verifying.done} of ${now.value.verifying.total} events`)
    })
  }, limits.lookMs)
  const verified = await core.call('audit.verify', {})
  clearInterval(look)
  status.clear()
  if (!verified.ok) return verified
  const { events, checkpoints, root, fault } = verified.value
  const lines =
    fault === null
      ? [`The log holds: ${events} events, ${checkpoints} checkpoints.`, `root sha256:${root}`]
      : [fault.sentence, `First bad event: ${fault.seq}`, 'The station starts read-only now. To put a backup in place: holdfast restore']
  return ok({ value: verified.value, lines, isFailure: fault !== null })
}

export async function auditExport(core: CommandCore): Promise<Result<Spoken<CommandOutput<'audit export'>>>> {
  const exported = await core.call('audit.export', {})
  if (!exported.ok) return exported
  const { file, events, checkpoints, keyId } = exported.value
  const key = await core.call('audit.publicKey', {})
  const lines = [
    file,
    `${events} events, ${checkpoints} checkpoints, key ${keyId ?? 'lost'}`,
    ...(key.ok ? [`To prove it elsewhere: node audit-verifier.mjs EXPORT ${key.value.file}`] : []),
  ]
  return ok({ value: exported.value, lines })
}

const describe = ({ events, lastCheckpoint, journal }: AuditStatus): readonly string[] => [
  lastCheckpoint === null
    ? `${events} events, none of them sealed.`
    : `Sealed ${lastCheckpoint.size} events at ${time(lastCheckpoint.at)}.`,
  ...(lastCheckpoint === null ? [] : [`head ${lastCheckpoint.size}:${lastCheckpoint.root.value}`]),
  journal.isReachable ? 'The system journal has the heads.' : 'There is no system journal here: print the head, or keep it elsewhere.',
]

export async function auditCheckpoint(core: CommandCore): Promise<Result<Spoken<CommandOutput<'audit checkpoint'>>>> {
  const sealed = await core.call('audit.checkpoint', {})
  return sealed.ok ? ok({ value: sealed.value, lines: describe(sealed.value) }) : sealed
}

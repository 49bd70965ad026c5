/** A policy desk over a real store and real files, without the rest of a core; it can be opened again as after a crash. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Label } from '../../main/domain/label.ts'
import { parsePublicKey, publicKeyLine, type SecretKey } from '../../main/domain/minisign.ts'
import { createPolicyDesk, type PolicyDesk } from '../../main/handlers/policy-desk.ts'
import { type PolicyPlaces, policyPlaces } from '../../main/policy/policy-files.ts'
import { createPolicies } from '../../main/store/policies.ts'
import { createSettings } from '../../main/store/settings.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { type SignedPolicy, secret } from './policies.ts'
import { openRunStore, type RunStore } from './run-store.ts'

export const operator = (account: string) => ({ issuer: 'operator', account }) as const

export interface DeskRig {
  readonly desk: PolicyDesk
  readonly store: RunStore
  readonly places: PolicyPlaces
  /** `ok`, or the code of the refusal. */
  load(policy: SignedPolicy, key?: SecretKey): string
  /** A desk that finds what lies there, as after a restart. */
  again(): PolicyDesk
  setCeiling(label: Label): void
  /** Station events, without their times. */
  events(): ReadonlyArray<Record<string, unknown>>
}

export function openDesk(folder: string): DeskRig {
  mkdirSync(folder, { recursive: true })
  const store = openRunStore(folder)
  const { db, log } = store
  let ceiling = secret
  const places: PolicyPlaces = {
    ...policyPlaces(folder, 'station'),
    trustRoot: join(folder, 'etc-policy.pub'),
    trustRootOwner: process.getuid?.() ?? 0,
  }
  const open = (): PolicyDesk =>
    createPolicyDesk({
      ...{ account: 'tester', ceiling: () => ceiling, clock: () => 1_800_000_000_000, isReadOnly: false, places },
      settings: createSettings(db, 'station'),
      station: createStationLog(
        db,
        log,
        'station',
        () => 1_800_000_000_000,
        () => undefined,
      ),
      policies: createPolicies(db, 'station'),
      onDefect: (_where, error) => {
        throw error
      },
    })
  const desk = open()
  return {
    ...{ desk, store, places, again: open },
    load: ({ policy, signature }, key) => {
      const given = key === undefined ? null : parsePublicKey(publicKeyLine(key))
      const accepted = desk.accept({ bytes: new TextEncoder().encode(policy), signature, key: given?.ok ? given.value : null })
      if (!accepted.ok) return accepted.error.code
      desk.load(accepted.value, operator('tester'))
      return 'ok'
    },
    setCeiling: (label) => {
      ceiling = label
      desk.ceilingChanged()
    },
    events: () => log.readStream('station').map(({ event }) => ({ ...event, atMs: undefined })),
  }
}

/** The invented record: sealed, verified, and carried out once. */
import type { CallOutput } from '../../../main/contract/calls.ts'
import { hex, nowMs } from './fixture-ids.ts'

const root = { alg: 'sha256', value: hex(901) } as const

export const auditStatus = (isEmpty: boolean): CallOutput<'audit.status'> =>
  isEmpty
    ? {
        ...{ events: 1, lastCheckpoint: null, mark: null, keyId: hex(902), verification: null, verifying: null },
        journal: { isReachable: false, sent: 0, waiting: 0, lost: 0 },
      }
    : {
        ...{ events: 12_408, lastCheckpoint: { size: 12_391, root, at: nowMs - 48_000 }, mark: { size: 12_391, at: nowMs - 48_000 } },
        ...{ keyId: hex(902), verifying: null, journal: { isReachable: true, sent: 318, waiting: 0, lost: 0 } },
        verification: { at: nowMs - 7_200_000, events: 12_102, checkpoints: 41, root: hex(900), fault: null },
      }

export const auditAnswers = {
  'audit.verify': (): CallOutput<'audit.verify'> => ({
    ...{ at: nowMs, events: 12_408, checkpoints: 43, root: hex(903) },
    fault: {
      ...{ kind: 'changed', seq: 9_114, through: null },
      sentence: 'Event 9114 is not what was recorded.',
    },
  }),
}

/** A store that was changed from outside, with a backup to put in its place. */
export const damagedStore: CallOutput<'station.status'>['readOnly'] = {
  sentence: 'Event 9114 is not what was recorded.',
  fault: { kind: 'changed', seq: 9_114, through: null, sentence: 'Event 9114 is not what was recorded.' },
  backup: { file: 'holdfast-2026-03-30-12102.db', at: nowMs - 86_400_000, events: 12_102, bytes: 48_300_000 },
}

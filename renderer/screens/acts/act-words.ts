/** Acts that may want two persons, in words. */
import type { ActState } from '../../../main/domain/act.ts'
import type { DualAct } from '../../../main/domain/policy.ts'
import type { Tone } from '../../components/chip.tsx'

export const actTitles: Readonly<Record<DualAct, string>> = {
  'label.lower': 'Lower a label',
  'document.purge': 'Purge a document',
  'policy.load': 'Load a policy',
  'tier.add': 'Allow another machine to be asked',
  'serve.open': 'Let programs use the models here',
  release: 'Release an answer',
  'bundle.activate': 'Let an air-gap bundle serve',
  'bundle.rollback': 'Go back to an air-gap bundle',
}

export const actStateWords: Readonly<Record<ActState, string>> = {
  waiting: 'waits for a second person',
  confirmed: 'being done',
  done: 'done',
  failed: 'confirmed, but it failed',
  unknown: 'confirmed; whether it was done is not known',
  rejected: 'rejected',
  expired: 'nobody confirmed it in time',
}

export const actTones: Readonly<Record<ActState, Tone>> = {
  ...{ waiting: 'warn', confirmed: 'info', done: 'ok', failed: 'bad', unknown: 'bad', rejected: 'bad', expired: 'plain' },
}

/** The invented door for programs, its keys, and acts that want two persons. */
import type { CallOutput } from '../../../main/contract/calls.ts'
import { canonicalJson } from '../../../main/domain/canonical-json.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { cui } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

type Key = CallOutput<'serve.keys'>['items'][number]
type Act = CallOutput<'acts.list'>['items'][number]

const key = (number: number, change: Partial<Key> & Pick<Key, 'name'>): Key => ({
  ...{ id: id('key', number), ceiling: unclassified, models: null, tokensMax: null, tokensSpent: 48_210, createdBy: 'r.okafor' },
  ...{ createdAt: nowMs - 86_400_000 * 9, expiresAt: nowMs + 86_400_000 * 81, revokedAt: null, lastUsedAt: nowMs - 240_000 },
  isUsable: true,
  ...change,
})
const keys = [
  key(1, { name: 'Translation desk' }),
  key(2, { name: 'Survey office, second Holdfast', ceiling: cui, tokensMax: 2_000_000, tokensSpent: 1_204_300 }),
  key(3, { name: 'Trial of the intake script', revokedAt: nowMs - 3_600_000, lastUsedAt: null, isUsable: false }),
]

const act = (number: number, change: Partial<Act> & Pick<Act, 'act' | 'call'>): Act => ({
  ...{ id: id('act', number), argumentsHash: { alg: 'sha256', value: hex(700 + number) }, label: cui, requestedAt: nowMs - 1_500_000 },
  ...{ requestedBy: 'r.okafor', expiresAt: nowMs + 80_000_000, state: 'waiting', decidedAt: null, decidedBy: null, failure: null },
  ...change,
})
const acts = [
  act(1, { act: 'serve.open', call: 'serve.open' }),
  act(2, { act: 'label.lower', call: 'documents.relabel', requestedBy: 'm.arden' }),
  act(3, { act: 'tier.add', call: 'tiers.add', state: 'done', decidedAt: nowMs - 86_400_000, decidedBy: 'l.haugen' }),
]
const asked: Readonly<Record<string, unknown>> = {
  'serve.open': { place: { address: '10.20.0.7', port: 8_443, tls: { certificate: '/etc/holdfast/serve.pem' } }, isPersistent: true },
  'documents.relabel': { documentId: id('doc', 4), to: 'UNCLASSIFIED', justification: 'Released by the harbour office on 12 March.' },
  'tiers.add': { name: 'Building 4, rack 2', host: '10.20.0.5', port: 8_443 },
}

export const doorAnswers = (isEmpty: boolean) => ({
  'serve.status': (): CallOutput<'serve.status'> => ({
    open: isEmpty
      ? null
      : {
          ...{ url: 'http://127.0.0.1:11500/v1', address: '127.0.0.1', port: 11_500, isTls: false, asksClientCertificate: false },
          ...{ certificateExpiresAt: null, isPersistent: true, openedAt: nowMs - 7_200_000, openedBy: 'r.okafor' },
        },
    ...{ keys: isEmpty ? 0 : 2, callsUnderWay: isEmpty ? 0 : 1, trouble: null },
  }),
  'serve.keys': (): CallOutput<'serve.keys'> => ({ items: isEmpty ? [] : keys }),
  'serve.addKey': (): CallOutput<'serve.addKey'> => ({ key: key(4, { name: 'Intake' }), secret: `hf_${hex(77).slice(0, 43)}` }),
  'acts.list': ({ isOpen = true }: { isOpen?: boolean | undefined }): CallOutput<'acts.list'> => {
    const items = isEmpty ? [] : acts.filter(({ state }) => !isOpen || state === 'waiting')
    return { items, total: items.length }
  },
  'acts.get': ({ actId }: { actId: string }): CallOutput<'acts.get'> => {
    const found = acts.find((one) => one.id === actId) ?? act(1, { act: 'serve.open', call: 'serve.open' })
    return { ...found, arguments: canonicalJson(asked[found.call]), reason: null }
  },
})

/** Items of an air-gap bundle as a person takes them in. */
import { describe, expect, test } from 'vitest'
import type { BundleInspection, BundleItem } from '../../../main/contract/bundles.ts'
import { listed, openVolumes, releaseName, stepsOf, stepWords } from '../../../renderer/screens/custody/custody-words.ts'
import { groupBy, planGroups } from '../../../renderer/screens/custody/item-groups.ts'
import { rateOf } from '../../../renderer/screens/custody/use-rate.ts'

const item = (id: string, change: Partial<BundleItem> = {}): BundleItem => ({
  ...{ id, kind: 'doc', name: id, title: id, version: '1', sizeBytes: 10, digest: { alg: 'sha256', value: '0'.repeat(64) }, licence: '' },
  ...{ status: 'active', source: null },
  ...change,
})

const plan: BundleInspection['plan'] = {
  ...{
    added: ['new'],
    kept: ['same'],
    dropped: ['gone', 'unknown'],
    deprecated: ['same'],
    copyBytes: 10,
    freeBytes: 20,
    missing: [],
    unmet: [],
  },
}

describe('UI AIR-02 items in groups', () => {
  test('by kind, in the order of their first, with what they weigh together', () => {
    const [model, note, other] = [item('a', { kind: 'model', sizeBytes: 100 }), item('b'), item('c', { kind: 'model' })]
    expect(groupBy([model, note, other], ({ kind }) => kind)).toEqual([
      { key: 'model', items: [model, other], bytes: 110 },
      { key: 'doc', items: [note], bytes: 10 },
    ])
  })

  test('by what a load does with them; what goes is known by the items that serve', () => {
    const items = [item('new'), item('same', { status: 'deprecated' }), item('back', { status: 'revoked' }), item('other-machine')]
    const groups = planGroups({ items, plan }, [item('gone'), item('same')])
    expect([...groups].map(([change, of]) => [change, of.map(({ id }) => id)])).toEqual([
      ['added', ['new']],
      ['kept', ['same']],
      ['dropped', ['gone']],
      ['left', ['back', 'other-machine']],
    ])
  })
})

describe('UI AIR-01 words of the work', () => {
  test('volumes that have not been here, in a row', () => {
    expect(openVolumes({ seen: [2, 3], of: 3 })).toEqual([1])
    expect(openVolumes({ seen: [], of: 2 })).toEqual([1, 2])
    expect([listed([1]), listed([1, 3]), listed([1, 3, 4])]).toEqual(['1', '1 and 3', '1, 3 and 4'])
  })

  test('a release has a name that no other has, and every step of the work has one', () => {
    expect(releaseName({ version: '1.2.0', channel: 'stable', seq: 13 })).toBe('1.2.0 (stable 13)')
    const steps = [...stepsOf('load'), ...stepsOf('activate')]
    expect(new Set(steps.map((step) => stepWords[step].title)).size).toBe(steps.length)
    expect(stepsOf('rollback')).toEqual(stepsOf('activate'))
  })

  test('how fast is said only once it was seen for two seconds', () => {
    const first = { step: 'quarantine', done: 1_000, atMs: 10_000 }
    expect(rateOf(first, { done: 2_000, atMs: 11_000 }, 10_000)).toBeNull()
    expect(rateOf(first, { done: 1_000, atMs: 14_000 }, 10_000)).toBeNull()
    expect(rateOf(first, { done: 5_000, atMs: 14_000 }, 10_000)).toEqual({ perSecond: 1_000, leftMs: 5_000 })
  })
})

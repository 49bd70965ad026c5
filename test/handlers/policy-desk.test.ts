/** Loading policies, and watching that what was loaded stays what it is: over a real store and real files. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { PolicyStatus } from '../../main/contract/policy.ts'
import { unclassified } from '../../main/domain/label.ts'
import { publicKeyFile } from '../../main/domain/minisign.ts'
import { inForce, rolesOf } from '../../main/domain/policy.ts'
import { permitsNoMore } from '../../main/domain/policy-order.ts'
import { createAuthorise } from '../../main/handlers/authorise.ts'
import { signatureOf } from '../../main/policy/policy-files.ts'
import { samplePolicy, signed, signerOf, testKey } from '../support/policies.ts'
import { type DeskRig, openDesk } from '../support/policy-desk.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const rigs: DeskRig[] = []
afterAll(() => {
  for (const rig of rigs) rig.store.close()
})
function open(): DeskRig {
  const rig = openDesk(join(folder, newId('boot')))
  rigs.push(rig)
  return rig
}
const [first, second, stranger] = [testKey(1), testKey(2), testKey(3)]
const one = samplePolicy(first)
const loaded = () => {
  const rig = open()
  expect(rig.load(signed(one, first), first)).toBe('ok')
  return rig
}

test('the first policy names whose signature counts; from then on its signers do', () => {
  const rig = open()
  expect(rig.desk.status()).toMatchObject({ state: 'built_in', version: 0, history: [] })
  expect(rig.load(signed(one, first))).toBe('policy.key_needed')
  expect(rig.load(signed(one, first), stranger)).toBe('policy.unknown_signer')
  expect(rig.load(signed(one, first), first)).toBe('ok')
  expect(PolicyStatus.parse(rig.desk.status())).toMatchObject({ state: 'in_force', version: 1, issuer: 'Site security', faults: [] })
  const two = samplePolicy(first, { version: 2, signers: [signerOf(second)] })
  expect(rig.load(signed(two, stranger))).toBe('policy.unknown_signer')
  expect(rig.load(signed(two, stranger), stranger)).toBe('policy.unknown_signer')
  expect(rig.load(signed(two, first))).toBe('ok')
  expect(rig.load(signed(samplePolicy(second, { version: 3 }), first))).toBe('policy.unknown_signer')
  expect(rig.load(signed(samplePolicy(second, { version: 3 }), second))).toBe('ok')
  expect(rig.desk.status().history.map(({ version, keyId }) => [version, keyId])).toEqual([
    [3, signerOf(second).keyId],
    [2, signerOf(first).keyId],
    [1, signerOf(first).keyId],
  ])
  expect(rig.events().filter(({ type }) => type === 'policy.loaded')).toHaveLength(3)
})

describe('what is not loaded', () => {
  const two = samplePolicy(first, { version: 2 })
  let standing: DeskRig | null = null
  test.each<[string, () => { policy: string; signature: string }, string]>([
    ['an older version', () => signed(one, first), 'policy.older'],
    ['the same version with other bytes', () => signed({ ...two, issuer: 'Somebody' }, first), 'policy.same_version'],
    [
      'another text under the same signature',
      () => ({ ...signed(two, first), policy: signed({ ...two, version: 9 }, first).policy }),
      'policy.signature_wrong',
    ],
    ['a text that is longer than a policy', () => signed(' '.repeat(1024 * 1024 + 1), first), 'policy.too_large'],
    ['no signature', () => ({ ...signed(two, first), signature: '' }), 'minisign.bad_file'],
    ['an unknown key', () => signed(JSON.stringify({ ...two, version: 3, tires: {} }), first), 'policy.malformed'],
    ['no JSON', () => signed('version: 3', first), 'policy.malformed'],
    ['nothing', () => signed('', first), 'policy.malformed'],
    ['a policy without an administrator', () => signed({ ...two, version: 3, roles: {} }, first), 'policy.unsound'],
    ['the form of another time', () => signed({ ...two, version: 3, format: 'holdfast-policy/2' }, first), 'policy.malformed'],
  ])('%s', (_what, make, code) => {
    if (standing === null) {
      standing = loaded()
      expect(standing.load(signed(two, first))).toBe('ok')
    }
    const rig = standing
    expect(rig.load(make())).toBe(code)
    expect(rig.desk.status()).toMatchObject({ state: 'in_force', version: 2 })
    expect(rig.again().status()).toMatchObject({ state: 'in_force', version: 2 })
  })
})

test('a restart finds the policy in force', () => {
  const rig = loaded()
  expect(rig.again().inForce()).toEqual(inForce(one))
})

test('DRF-01 a file that was edited tightens at the next look, on record; put back, it holds again', () => {
  const rig = loaded()
  const text = readFileSync(rig.places.file, 'utf8')
  writeFileSync(rig.places.file, text.replace('"isAllowed": false', '"isAllowed": true'))
  rig.desk.look()
  expect(rig.desk.inForce()).toMatchObject({ isTightened: true, egress: [], tiers: { datacenter: { isAllowed: false } } })
  expect(rig.desk.status().faults.map(({ sentence }) => sentence)).toEqual([
    'The policy file is not the one that was loaded.',
    'The signature does not belong to the policy.',
  ])
  // Who may do what stays as it was said.
  expect(rolesOf(rig.desk.inForce(), 'ada')).toEqual(['administrator'])
  rig.desk.look()
  writeFileSync(rig.places.file, text)
  rig.desk.look()
  expect(rig.desk.inForce()).toEqual(inForce(one))
  expect(rig.events().filter(({ type }) => type === 'policy.drifted')).toEqual([
    { type: 'policy.drifted', version: 1, faults: ['file_changed', 'signature_wrong'] },
    { type: 'policy.drifted', version: 1, faults: [] },
  ])
})

test('loading a correctly signed policy again is the way back', () => {
  const rig = loaded()
  rmSync(rig.places.file)
  rmSync(rig.places.mark)
  rig.desk.look()
  expect(rig.desk.status()).toMatchObject({ state: 'tightened', faults: [{ fault: 'mark_missing' }, { fault: 'file_missing' }] })
  expect(rig.load(signed(one, first))).toBe('ok')
  expect(rig.desk.status()).toMatchObject({ state: 'in_force', version: 1, faults: [] })
  expect(rig.again().inForce()).toEqual(inForce(one))
})

test('a load that was ended before its files were written is brought to its end', () => {
  const rig = loaded()
  const files = [rig.places.file, signatureOf(rig.places.file), rig.places.mark].map((file) => [file, readFileSync(file)] as const)
  const two = samplePolicy(first, { version: 2 })
  expect(rig.load(signed(two, first))).toBe('ok')
  // As it lay there at the moment after the commit.
  for (const [file, bytes] of files) writeFileSync(file, bytes)
  rig.store.db.exec("UPDATE settings SET value = '2' WHERE key = 'policy.delivering'")
  expect(rig.again().status()).toMatchObject({ state: 'in_force', version: 2 })
  expect(JSON.parse(readFileSync(rig.places.mark, 'utf8'))).toMatchObject({ version: 2 })
})

test('where nothing can be believed, the owner alone loads, with the key that had signed; and nobody does anything else', () => {
  const rig = loaded()
  rmSync(rig.places.file)
  rig.store.db.exec('DROP TRIGGER policies_are_never_deleted; DELETE FROM policies')
  const desk = rig.again()
  expect(desk.status()).toMatchObject({ state: 'tightened', isSealed: true })
  const authorise = createAuthorise({ rolesOf: (who) => rolesOf(desk.inForce(), who), account: 'tester', isSealed: desk.isSealed })
  const codeOf = (name: Parameters<typeof authorise>[0], account: string) => authorise(name, { account, shell: 'cli' })?.code ?? 'ok'
  expect([codeOf('policy.load', 'tester'), codeOf('policy.load', 'ada')]).toEqual(['ok', 'role.not_allowed'])
  expect([codeOf('search.query', 'tester'), codeOf('quota.set', 'tester'), codeOf('policy.get', 'eve')]).toEqual([
    ...['role.not_allowed', 'role.not_allowed', 'ok'],
  ])
  const offer = (key: typeof first | null, by = first) => {
    const { policy, signature } = signed(one, by)
    return desk.accept({ bytes: new TextEncoder().encode(policy), signature, key })
  }
  expect(offer(null)).toMatchObject({ error: { code: 'policy.key_needed' } })
  expect(offer(stranger, stranger)).toMatchObject({ error: { code: 'policy.unknown_signer' } })
  expect(offer(first).ok).toBe(true)
})

test('keys that root gave this machine come before all others, and a file of keys that others can write counts against it', () => {
  const rig = open()
  writeFileSync(rig.places.trustRoot, publicKeyFile(second))
  expect(rig.load(signed(one, first), first)).toBe('policy.unknown_signer')
  expect(rig.load(signed(samplePolicy(second), second))).toBe('ok')
  expect(rig.desk.status()).toMatchObject({ state: 'in_force', hasTrustRoot: true })
  // Its own signers do not count while the machine has keys.
  expect(rig.load(signed(samplePolicy(first, { version: 2 }), first))).toBe('policy.unknown_signer')
  writeFileSync(rig.places.trustRoot, publicKeyFile(stranger))
  rig.desk.look()
  expect(rig.desk.status()).toMatchObject({ state: 'tightened', faults: [{ fault: 'signer_not_trusted' }] })
  for (const spoil of [() => chmodSync(rig.places.trustRoot, 0o666), () => writeFileSync(rig.places.trustRoot, 'no key\n')]) {
    spoil()
    rig.desk.look()
    expect(rig.desk.status().faults[0]?.fault).toBe('trust_root_unsafe')
    expect(rig.load(signed(samplePolicy(second, { version: 2 }), second))).toBe('policy.trust_root_unsafe')
  }
})

test('an older database under a newer mark is found, and only a version above the mark is loaded', () => {
  const rig = loaded()
  const mark = JSON.parse(readFileSync(rig.places.mark, 'utf8')) as object
  writeFileSync(rig.places.mark, JSON.stringify({ ...mark, version: 5, digest: '0'.repeat(64) }))
  rig.desk.look()
  expect(rig.desk.status()).toMatchObject({ state: 'tightened', faults: [{ fault: 'rolled_back' }] })
  expect(rig.load(signed(samplePolicy(first, { version: 4 }), first))).toBe('policy.older')
  expect(rig.load(signed(samplePolicy(first, { version: 5 }), first))).toBe('policy.same_version')
  expect(rig.load(signed(samplePolicy(first, { version: 6 }), first))).toBe('ok')
})

test('a ceiling that was lowered later is a matter of routing; a policy above it is not loaded', () => {
  const rig = loaded()
  rig.setCeiling(unclassified)
  const tiers = { ...one.tiers, datacenter: { ...one.tiers.datacenter, clearance: { ...unclassified, level: 'secret' } } } as const
  expect(rig.load(signed(samplePolicy(first, { version: 2, tiers }), first))).toBe('policy.unsound')
})

/** A small generator, so that every run of the test makes the same changes. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

test('DRF-01 600 changes of the policy, its signature, the stored copy and the mark: never looser, never silent', () => {
  const rig = loaded()
  const { file, mark } = rig.places
  const { db } = rig.store
  db.exec('DROP TRIGGER policies_are_never_changed; DROP TRIGGER policies_are_never_deleted')
  const whole = { file: readFileSync(file), signature: readFileSync(signatureOf(file)), mark: readFileSync(mark) }
  const row = db.prepare('SELECT * FROM policies').get() as Record<string, unknown>
  const restore = () => {
    writeFileSync(file, whole.file)
    writeFileSync(signatureOf(file), whole.signature)
    writeFileSync(mark, whole.mark)
    db.exec('ROLLBACK')
  }
  const roll = dice(20_261_101)
  const changed = (bytes: Uint8Array): Uint8Array => {
    const copy = Uint8Array.from(bytes)
    const at = roll(copy.length)
    const how = roll(4)
    if (how === 0) copy[at] = (copy[at] ?? 0) ^ (1 << roll(8))
    else if (how === 1) return copy.slice(0, at)
    else if (how === 2) return Uint8Array.from([...copy.slice(0, at), roll(256), ...copy.slice(at)])
    else copy[at] = 'truefalse0123456789"{}[],:'.charCodeAt(roll(26))
    return copy
  }
  const columns = ['bytes', 'signature', 'public_key', 'digest', 'key_id'] as const
  const codes = new Set<string>()
  const later = { ...(JSON.parse(whole.mark.toString()) as object), version: 7 }
  const spoilMark = () => {
    const how = roll(6)
    if (how === 0) rmSync(mark, { force: true })
    else writeFileSync(mark, how === 1 ? JSON.stringify(later) : changed(whole.mark))
  }
  let unnoticed = 0
  for (let n = 0; n < 600; n++) {
    db.exec('BEGIN')
    for (let times = 1 + roll(2); times > 0; times--) {
      const target = roll(5)
      if (target === 0) roll(6) === 0 ? rmSync(file, { force: true }) : writeFileSync(file, changed(whole.file))
      else if (target === 1)
        roll(6) === 0 ? rmSync(signatureOf(file), { force: true }) : writeFileSync(signatureOf(file), changed(whole.signature))
      else if (target === 2) spoilMark()
      else if (target === 3) db.exec(roll(3) === 0 ? 'DELETE FROM policies' : `UPDATE policies SET version = version + ${1 + roll(9)}`)
      else {
        const name = columns[roll(columns.length)] ?? 'bytes'
        const value = row[name]
        const bytes = changed(Buffer.from(value as never))
        const other = typeof value === 'string' ? Buffer.from(bytes).toString('latin1') : Buffer.from(bytes)
        db.prepare(`UPDATE policies SET ${name} = ?`).run(other)
      }
    }
    const desk = rig.again()
    expect(permitsNoMore(desk.inForce(), inForce(one))).toBe(true)
    const { state, faults } = desk.status()
    if (state === 'tightened') expect(faults.length).toBeGreaterThan(0)
    else unnoticed += 1
    for (const { fault } of faults) codes.add(fault)
    if (existsSync(file)) {
      // What lies there now is loaded only when it is what was signed.
      const [bytes, signature] = [readFileSync(file), existsSync(signatureOf(file)) ? readFileSync(signatureOf(file), 'latin1') : '']
      const accepted = desk.accept({ bytes, signature, key: null })
      if (accepted.ok) expect(bytes.equals(whole.file)).toBe(true)
      else expect(accepted.error.code).toMatch(/^(policy|minisign)\./)
    }
    restore()
  }
  expect(rig.again().status().state).toBe('in_force')
  // A changed comment, white space, or a column that only names what the others prove.
  expect(unnoticed).toBeLessThan(120)
  expect([...codes].sort()).toEqual(
    [
      'file_changed',
      'file_missing',
      'mark_changed',
      'mark_missing',
      'rolled_back',
      'signature_missing',
      'signature_wrong',
      'stored_changed',
      'stored_missing',
    ].sort(),
  )
})

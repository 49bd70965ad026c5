/** The self-check finds what is planted; what it writes for somebody elsewhere holds nothing that must not leave. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDelivered, checkTree } from '../../main/airgap/check-tree.ts'
import { unpackApp } from '../../main/airgap/unpack-app.ts'
import { unclassified } from '../../main/domain/label.ts'
import { createBlackout } from '../../main/handlers/diagnostics.ts'
import { bundleTime, day, makeBundle, sha256 } from '../support/airgap.ts'
import { makeApp } from '../support/app-archive.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()

const found = async (core: OpenApp, id: string) => {
  const check = (await core.call('station.doctor')).checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`no check ${id}`)
  // A fault that is named without a way out is half a fault.
  if (check.outcome !== 'passed' && check.outcome !== 'skipped') expect(check.hint).not.toBeNull()
  return check.outcome
}

test('CHK-01 a folder that is open to others, a wrong clock and trust that was changed are each found', async () => {
  let now = Date.parse(bundleTime) + 10 * day
  const core = await openApp(join(folder, 'data'), { clock: () => now })
  for (const id of ['permissions', 'clock', 'bundles', 'machine', 'keystore']) expect(await found(core, id), id).toMatch(/passed|warning/)
  expect(await found(core, 'files')).toBe('skipped')
  chmodSync(core.paths.data, 0o755)
  expect(await found(core, 'permissions')).toBe('failed')
  chmodSync(core.paths.data, 0o700)

  const { folder: medium } = await makeBundle(folder, 'medium', { files: [{ name: 'notes', size: 100, kind: 'doc' }] })
  const fingerprint = sha256(readFileSync(join(medium, 'root', '1.root.json')))
  await core.call('bundles.trust', { path: medium, fingerprint })
  expect(await found(core, 'bundles')).toBe('warning')
  now = Date.UTC(2025, 0, 1)
  expect(await found(core, 'clock')).toBe('failed')
  now = Date.UTC(2025, 11, 31, 12)
  expect(await found(core, 'clock')).toBe('warning')
  now = Date.parse(bundleTime) + 10 * day
  const trust = join(core.paths.airgap, 'trust.json')
  writeFileSync(trust, readFileSync(trust, 'utf8').replace('"epoch":1', '"epoch":2'))
  expect(await found(core, 'bundles')).toBe('failed')
})

test('CHK-01 a delivered file that is changed, gone or foreign is named', async () => {
  const at = join(folder, 'app')
  mkdirSync(at)
  const archive = await makeApp(at, { more: { 'dist/main/a.js': 'a', 'dist/main/b.js': 'b' } })
  const tree = join(at, 'slot')
  await unpackApp(archive, tree)
  writeFileSync(join(tree, 'dist/main/a.js'), 'A')
  rmSync(join(tree, 'dist/main/b.js'))
  symlinkSync('/etc/passwd', join(tree, 'dist/main/c.js'))
  expect(await checkTree(tree)).toMatchObject({
    ok: true,
    value: { changed: ['dist/main/a.js'], missing: ['dist/main/b.js'], foreign: ['dist/main/c.js'] },
  })
  writeFileSync(join(tree, 'integrity.json'), '[]')
  expect(await checkTree(tree)).toMatchObject({ ok: false, error: { code: 'bundle.tree_unlisted' } })
})

test('CHK-01 a core in a desktop is checked with the whole desktop; names that lead into the core are no strangers', async () => {
  const at = join(folder, 'desktop')
  mkdirSync(at)
  const core = ['resources/core/integrity.json', 'resources/core/dist/x.js']
  const archive = await makeApp(at, { more: Object.fromEntries([...core, 'resources/app.asar'].map((path) => [path, path])) })
  const tree = join(at, 'installed')
  await unpackApp(archive, tree)
  symlinkSync('resources/core/dist', join(tree, 'plain'))
  rmSync(join(tree, 'dist'), { recursive: true })
  symlinkSync('resources/core/manual', join(tree, 'manual'))
  writeFileSync(join(tree, 'resources/app.asar'), 'another')
  expect(await checkDelivered(join(tree, 'resources/core'))).toMatchObject({
    ok: true,
    value: { changed: ['resources/app.asar'], missing: ['dist/main/cli/holdfast.js', 'dist/package.json'], foreign: ['plain'] },
  })
})

test('SUP-01 diagnostics hold no text, no title, no key, no address and no name, and are files that a person can read', async () => {
  const core = await openApp(join(folder, 'support'))
  const papers = join(folder, 'quokka-memo.md')
  writeFileSync(papers, '# Quokka\n\nThe quokka crossed the estuary at midnight on Tuesday.\n')
  await core.ingest([papers], { collection: 'Quokka papers' })
  await core.ask('When did the quokka cross the estuary?')
  const { endpoint } = await core.call('tiers.add', {
    ...{ name: 'quokka tier', tier: 'datacenter', host: '127.0.0.1', port: 8443, serverName: null, isTls: false, basePath: '/v1' },
    ...{ isEnabled: false, certificateAuthority: null, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 1_000 },
    models: [{ name: 'm', contextTokens: 4_096, promptMicros: 0, completionMicros: 0 }],
  })
  await core.call('tiers.secret', { endpointId: endpoint.id, secret: { bearer: 'sk-quokka-0123456789abcdef', clientKey: null } })
  // What a defect may have put into the log all the same.
  writeFileSync(
    join(core.paths.logs, 'holdfast.log'),
    `${JSON.stringify({ at: core.paths.data, by: 'tester', to: '10.20.30.40', key: 'sk-quokka-0123456789abcdef' })}\n`,
  )
  const { folder: written, files } = await core.call('station.diagnostics')
  expect(readdirSync(written).sort()).toEqual(files.map(({ name }) => name).sort())
  const all = files.map(({ name }) => readFileSync(join(written, name), 'utf8')).join('\n')
  for (const secret of ['uokka', 'estuary', 'midnight', 'sk-', '10.20.30.40', 'tester', core.paths.data, hostname()])
    expect(all.includes(secret), `${secret} is in the diagnostics`).toBe(false)
  for (const name of files.map((file) => file.name).filter((one) => one.endsWith('.json')))
    expect(() => JSON.parse(readFileSync(join(written, name), 'utf8'))).not.toThrow()
  expect(all).toContain('document.added')
})

test('SUP-01 names are blacked out longest first, and addresses whatever they are', () => {
  const hide = createBlackout({ '/home/ana/.local/holdfast': '<data>', '/home/ana': '<home>', ana: '<account>', a: 'x' })
  expect(hide('/home/ana/.local/holdfast/x by ana in /home/ana, banana')).toBe('<data>/x by <account> in <home>, b<account>na')
  expect(hide('to 192.168.1.7:80 and fe80::1:2:3:4, version 1.2.3')).toBe('to <address>:80 and <address>, version 1.2.3')
})

test('SUP-01 CHK-01 advisories and lists of weaknesses that bundles bring are read: those that affect this version fail or warn', async () => {
  const data = join(folder, 'advised')
  const core = await openApp(data)
  const { version } = await core.call('station.status')
  const home = join(folder, 'advice')
  mkdirSync(home)
  let seq = 0
  /** Loads a bundle with these two papers, and says what the self-check makes of them. */
  const after = async (advisory: unknown, vex: unknown) => {
    seq += 1
    const entry = (kind: 'advisory' | 'vex', value: unknown) => {
      const file = join(home, `${kind}-${seq}`)
      writeFileSync(file, JSON.stringify(value))
      const facts = { name: kind, title: kind, version: '1', platform: null, licence: 'CC0-1.0', status: 'active' as const }
      return { id: kind, kind, ...facts, file, upstream: null, model: null, collection: null }
    }
    const made = await makeBundle(home, `bundle-${seq}`, {
      seq,
      files: [],
      list: { artifacts: [entry('advisory', advisory), entry('vex', vex)] },
    })
    if (seq === 1)
      await core.call('bundles.trust', { path: made.folder, fingerprint: sha256(readFileSync(join(made.folder, 'root', '1.root.json'))) })
    await core.call('bundles.load', { path: made.folder, acceptUnscanned: 'Written by this very test.' })
    for (;;) {
      const { work } = await core.call('bundles.status')
      if (work?.state === 'failed') return work.failure?.code
      if (work?.state === 'done') return found(core, 'advisories')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const advisory = (severity: string, from: string, below: string) => ({
    ...{ format: 'holdfast-advisory-1', id: 'HFA-2026-1', title: 'A page is shown twice', severity, affects: [{ from, below }] },
    remedy: 'Load 9.9.9.',
  })
  const vex = (state: string) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    vulnerabilities: [{ id: 'CVE-2026-1', analysis: { state } }],
  })
  expect(await found(core, 'advisories')).toBe('passed')
  expect(await after(advisory('critical', '0.0.1', '99.0.0'), vex('not_affected'))).toBe('failed')
  expect(await after(advisory('low', '0.0.1', '99.0.0'), vex('not_affected'))).toBe('warning')
  expect(await after(advisory('critical', '0.0.1', version), vex('not_affected'))).toBe('passed')
  expect(await after(advisory('critical', '98.0.0', '99.0.0'), vex('exploitable'))).toBe('warning')
  // What is signed and is no such paper is not taken in.
  expect(await after({ format: 'holdfast-advisory-1' }, vex('resolved'))).toBe('bundle.structure')
  expect(await after(advisory('low', '1.0.0', '2.0.0'), [])).toBe('bundle.structure')
})

/** The self-check finds what is planted; what it writes for somebody elsewhere holds nothing that must not leave. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkTree } from '../../main/airgap/check-tree.ts'
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

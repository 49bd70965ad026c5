/** The desktop of the edition for the edge alone: neither its core nor its shell has a way to another machine in it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { layOut } from '../../../scripts/appliance/build-appliance.ts'
import { readAsar } from '../../support/asar.ts'
import { makePacker, packedAt, whyNoPacking } from '../../support/desktop-packer.ts'
import { scanImports } from '../../support/import-scan.ts'
import { callsNetwork } from '../../support/network-calls.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const isWhole = process.env.HOLDFAST_PACKAGES === 'yes'
const why = whyNoPacking()
if (why !== null) console.warn(`skipped: packaging without a network, since ${why}`)

const base = temporaryFolder()
const { out, folder, core, pack } = makePacker(base)

describe.skipIf(why !== null)('the desktop for the edge alone', () => {
  beforeAll(() => {
    const made = pack('--stand-in', '--edition', 'edge-only', '--targets', isWhole ? 'dir,deb,tar.zst,rpm' : 'dir')
    if (made.status !== 0) throw new Error(made.stderr)
  }, 300_000)

  test('AIR-05 its core is the appliance of that edition, file by file', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', packedAt)
    const { tree } = await layOut({ root, platform: 'linux-x64', edition: 'edge-only', gpu: 'vulkan', out: join(base, 'appliance') })
    vi.unstubAllEnvs()
    expect(readFileSync(join(core, 'integrity.json'), 'utf8')).toBe(readFileSync(join(tree, 'integrity.json'), 'utf8'))
    expect(existsSync(join(core, 'node_modules/undici'))).toBe(false)
    expect(readFileSync(join(core, 'dist/main/routing/endpoint-client.js'), 'utf8')).toMatch(/^\/\*\* Stands in for /)
  })

  test('AIR-05 its shell imports no way out: sockets are the guard’s and the local one to the core', () => {
    const archive = readAsar(join(folder, 'resources/app.asar'))
    expect(JSON.parse(archive.get('package.json')?.toString() ?? '{}')).toMatchObject({ edition: 'edge-only', dependencies: null })
    const paths = [...archive.keys()]
    const read = (path: string) => archive.get(path)?.toString() ?? ''
    const scan = scanImports(paths, read)
    expect(scan.imports.length).toBeGreaterThan(200)
    expect(scan.withName(/^undici|\/serve\/|endpoint-client|composition|routing\//)).toEqual([])
    expect(paths.filter((path) => /undici|ipull|simple-git|^dist\/main\/(serve|routing|composition)\//.test(path))).toEqual([])
    expect(scan.withName(/^(node:)?(https?|http2|net|tls|dgram|dns|quic)(\/|$)/)).toEqual(
      [
        ...['egress-guard.js: node:net', 'egress-permits.js: node:net', 'guard-names.js: node:dns', 'guard-names.js: node:net'],
        ...['guard-sockets.js: node:dgram', 'guard-sockets.js: node:net', 'local-socket-client.js: node:net', 'local-socket.js: node:net'],
      ].map((one) => `dist/main/platform/${one}`),
    )
    const scripts = paths.filter((path) => /\.[cm]?js$/.test(path) && !path.startsWith('dist/renderer/'))
    expect(scripts.filter((path) => callsNetwork(path, read(path)))).toEqual([])
  })

  test('it says which edition it is, and names no part that it goes without', () => {
    for (const at of [folder, core]) {
      const { components, metadata } = JSON.parse(readFileSync(join(at, 'sbom.cdx.json'), 'utf8'))
      expect(metadata.component.properties).toContainEqual({ name: 'holdfast:edition', value: 'edge-only' })
      expect(components.filter(({ purl = '' }) => /^pkg:npm\/(undici|ipull|simple-git|electron|openai)@/.test(purl))).toEqual([])
      expect(JSON.parse(readFileSync(join(at, 'integrity.json'), 'utf8')).edition).toBe('edge-only')
    }
  })

  test.skipIf(!isWhole)('its packages bear its name, so that none is an update of the other edition, and only one can be installed', () => {
    const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8')
    expect([...sums.matchAll(/ {2}(.*)/g)].map(([, name]) => name)).toEqual([
      'holdfast-not-for-use-desktop-0.1.0-linux-x64-edge-only.tar.zst',
      'holdfast-not-for-use-edge-only-0.1.0.x86_64.rpm',
      'holdfast-not-for-use-edge-only_0.1.0_amd64.deb',
    ])
    const control = execFileSync('dpkg-deb', ['--info', join(out, 'holdfast-not-for-use-edge-only_0.1.0_amd64.deb')], { encoding: 'utf8' })
    expect(control).toMatch(/Package: holdfast-not-for-use-edge-only\n/)
    expect(control).toContain('Conflicts: holdfast-desktop')
    const rpm = join(out, 'holdfast-not-for-use-edge-only-0.1.0.x86_64.rpm')
    expect(execFileSync('rpm', ['-qp', '--conflicts', rpm], { encoding: 'utf8' })).toBe('holdfast-desktop\n')
  })
})

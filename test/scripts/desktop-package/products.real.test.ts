/**
 * The products as they come out, made in an empty network namespace with a stand-in for Electron: what is in them, that the core in them
 * works, and that a second build is the same. `npm run test:packages` makes the deb, the rpm and the tar.zst too.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { checkTree, type TreeCheck } from '../../../main/airgap/check-tree.ts'
import { layOut } from '../../../scripts/appliance/build-appliance.ts'
import { filesBelow } from '../../../scripts/desktop-package/files-below.ts'
import { readFuses } from '../../../scripts/desktop-package/fuse-wire.ts'
import { readAsar } from '../../support/asar.ts'
import { CycloneDx } from '../../support/cyclonedx.ts'
import { makeDecoder } from '../../support/decoder.ts'
import { makePacker, packedAt, whyNoPacking } from '../../support/desktop-packer.ts'
import { scanImports } from '../../support/import-scan.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const isWhole = process.env.HOLDFAST_PACKAGES === 'yes'
const targets = isWhole ? 'dir,deb,tar.zst,rpm' : 'dir'
const why = whyNoPacking()
if (why !== null) console.warn(`skipped: packaging without a network, since ${why}`)

const base = temporaryFolder()
const { out, folder, core, pack } = makePacker(base)

async function treeOf(tree: string): Promise<TreeCheck> {
  const checked = await checkTree(tree)
  if (!checked.ok) throw new Error(checked.error.message)
  return checked.value
}

describe.skipIf(why !== null)('products made without a network', () => {
  let said = { stdout: '', stderr: '' }
  beforeAll(() => {
    const made = pack('--stand-in', '--targets', targets)
    if (made.status !== 0) throw new Error(made.stderr)
    said = made
  }, 300_000)

  test('a stand-in that is not called one is refused before anything is made', () => {
    const refused = pack('--out', join(base, 'none'))
    expect([refused.status, existsSync(join(base, 'none/linux-unpacked'))]).toEqual([1, false])
    expect(refused.stderr).toContain('not what its makers published')
  })

  test('the folder holds the shell, the core with its Node, no second program, and says that it is not for use', () => {
    const files = filesBelow(folder)
    for (const path of [
      'holdfast',
      'chrome-sandbox',
      'resources/app.asar',
      'resources/core/node',
      'NOT-FOR-USE.txt',
      'LICENSE.electron.txt',
    ])
      expect(files, path).toContain(path)
    expect(
      files.filter((path) =>
        /default_app|node_modules\/(electron|vite|typescript)\/|\.(map|d\.ts)$|linux-x64-cuda\/|\/collect\//.test(path),
      ),
    ).toEqual([])
    expect(lstatSync(join(folder, 'chrome-sandbox')).mode & 0o7777).toBe(0o4755)
    expect(new Set(files.map((path) => lstatSync(join(folder, path)).mtimeMs))).toEqual(new Set([Number(packedAt) * 1_000]))
    const fuses = readFuses(readFileSync(join(folder, 'holdfast')))
    expect([fuses.get('runAsNode'), fuses.get('onlyLoadAppFromAsar')]).toEqual(['off', 'on'])
    expect(said.stderr).toContain('the fuses are as configured')
  })

  test('everything that the shell imports is in its archive, and nothing that it does not', () => {
    const archive = readAsar(join(folder, 'resources/app.asar'))
    expect(JSON.parse(archive.get('package.json')?.toString() ?? '{}')).toMatchObject({
      main: 'dist/main/electron/main.js',
      edition: 'full',
    })
    const paths = [...archive.keys()]
    const asked = new Map<string, string[]>()
    for (const { path, name } of scanImports(paths, (path) => archive.get(path)?.toString() ?? '').imports)
      asked.set(path, [...(asked.get(path) ?? []), name])
    const seen = new Set(['dist/main/electron/main.js', 'dist/main/electron/preload.cjs'])
    for (const path of seen)
      for (const name of asked.get(path) ?? []) {
        if (name.startsWith('node:') || name === 'electron') continue
        const found = name.startsWith('.') ? normalize(join(dirname(path), name)) : `node_modules/${name}/package.json`
        expect(archive.has(found), `${path} imports ${name}`).toBe(true)
        seen.add(found)
      }
    expect(seen.size).toBeGreaterThan(40)
    const own = paths.filter((path) => path.startsWith('dist/main/'))
    expect(own.filter((path) => !seen.has(path))).toEqual([])
    expect(paths.filter((path) => path.startsWith('dist/renderer/') && path.endsWith('.html'))).toEqual(['dist/renderer/index.html'])
  })

  test('AIR-09 the core in it is the appliance, file by file', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', packedAt)
    const { tree } = await layOut({ root, platform: 'linux-x64', edition: 'full', gpu: 'vulkan', out: join(base, 'appliance') })
    vi.unstubAllEnvs()
    // The list has the digest of every other file.
    expect(readFileSync(join(core, 'integrity.json'), 'utf8')).toBe(readFileSync(join(tree, 'integrity.json'), 'utf8'))
    const { changed, missing, foreign } = await treeOf(core)
    expect([changed, missing, foreign]).toEqual([[], [], []])
  })

  test('the product lists its files, and its parts with what lies inside of them', async () => {
    const { changed, missing, foreign, integrity } = await treeOf(folder)
    expect([changed, missing, foreign, integrity.edition]).toEqual([[], [], [], 'full'])
    const { components, metadata } = CycloneDx.parse(JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')))
    expect(metadata.component.properties).toContainEqual({ name: 'holdfast:edition', value: 'full' })
    expect(components.filter((one) => one['bom-ref'].startsWith('part/')).map(({ name }) => name)).toEqual([
      ...['node', 'llama.cpp', 'SQLite3 Multiple Ciphers', 'PDFium', 'LanceDB native library', 'Electron'],
    ])
    expect(components.at(-1)?.components?.map(({ name }) => name)).toEqual(['Chromium', 'Node.js', 'FFmpeg'])
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['react', 'undici', 'is-safe-filename']))
    const notices = readFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const words of ['Electron, release', 'The PDFium Authors', 'undici 7']) expect(notices).toContain(words)
  })

  test('the core in it answers from documents and loads a model, on its own Node, with nothing of this project around it', () => {
    const moved = join(base, 'moved')
    execFileSync('cp', ['-a', core, moved])
    const data = join(base, 'data')
    makeDecoder({ path: join(base, 'tiny.gguf'), seed: 1 })
    const holdfast = (...args: readonly string[]) => {
      const program = ['-rn', join(moved, 'node'), join(moved, 'dist/main/cli/holdfast.js'), ...args, '--data', data, '--json']
      const done = spawnSync('unshare', program, {
        cwd: base,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: base },
        timeout: 100_000,
      })
      if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stdout}${done.stderr}`)
      return JSON.parse(done.stdout)
    }
    expect(holdfast('ingest', join(root, 'main/sample-case/documents'))).toMatchObject({})
    expect(JSON.stringify(holdfast('ask', 'How strong were the gusts at Kessary Light?'))).toMatch(/"quote".*weather-summary/)
    expect(holdfast('models', 'import', join(base, 'tiny.gguf'))).toMatchObject({})
    const report = holdfast('doctor')
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome]))
    expect(outcomes).toMatchObject({ runtime: 'passed', store: 'passed', search: 'passed', models: 'passed', inference: 'passed' })
    expect(JSON.stringify(holdfast('search', 'pilot'))).toContain('pilot')
  })

  test.skipIf(!isWhole)('the deb installs the product, a command and a menu entry, owned by root, and runs nothing', () => {
    const deb = join(out, 'holdfast-not-for-use_0.1.0_amd64.deb')
    const control = execFileSync('dpkg-deb', ['--info', deb], { encoding: 'utf8' })
    expect(control).not.toMatch(/postinst|preinst|prerm|postrm/)
    expect(control).toMatch(/Provides: holdfast-desktop\n Conflicts: holdfast-desktop\n/)
    const listed = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    for (const line of listed.trim().split('\n')) expect(line).toMatch(/^[-dl]\S{9} root\/root /)
    expect(listed).toMatch(/-rwsr-xr-x root\/root .* \.\/opt\/holdfast\/chrome-sandbox/)
    expect(listed).toContain('./opt/holdfast/node -> resources/core/node')
    for (const path of [
      'usr/share/applications/holdfast.desktop',
      'opt/holdfast/manual -> resources/core/manual',
      'opt/holdfast/sbom.cdx.json',
    ])
      expect(listed, path).toContain(` ./${path}\n`)
    expect(listed).toContain('./usr/bin/holdfast -> /opt/holdfast/resources/core/holdfast\n')
    const to = join(base, 'installed')
    execFileSync('dpkg-deb', ['--extract', deb, to])
    const program = [join(to, 'opt/holdfast/dist/main/cli/holdfast.js'), 'doctor', '--data', join(base, 'installed-data'), '--json']
    const outcome = () => {
      const { checks } = JSON.parse(spawnSync(join(to, 'opt/holdfast/node'), program, { encoding: 'utf8', env: { HOME: base } }).stdout)
      return checks.find(({ id }: { id: string }) => id === 'files')
    }
    expect(outcome()).toMatchObject({ outcome: 'passed' })
    writeFileSync(join(to, 'opt/holdfast/resources/app.asar'), 'another')
    expect(outcome()).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('1 changed: resources/app.asar') })
  })

  test.skipIf(!isWhole)('the rpm has no scripts either', () => {
    const rpm = join(out, 'holdfast-not-for-use-0.1.0.x86_64.rpm')
    expect(execFileSync('rpm', ['-qp', '--scripts', rpm], { encoding: 'utf8' })).toBe('')
    expect(execFileSync('rpm', ['-qpl', rpm], { encoding: 'utf8' })).toContain('/opt/holdfast/resources/core/node\n')
  })

  test.skipIf(!isWhole)(
    'a second build, with another mask and another time, is the same byte for byte',
    () => {
      const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8')
      expect(sums.trim().split('\n')).toHaveLength(3)
      rmSync(out, { recursive: true })
      const before = process.umask(0o077)
      try {
        expect(pack('--stand-in', '--targets', targets).status).toBe(0)
      } finally {
        process.umask(before)
      }
      expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toBe(sums)
    },
    300_000,
  )
})

/**
 * The products as they come out, made in an empty network namespace with a stand-in for Electron: what is in them, that the core in them
 * works, and that a second build is the same. `npm run test:packages` makes the deb, the rpm and the tar.zst too.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { parseSync } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'
import { filesBelow } from '../../../scripts/desktop-package/core-folder.ts'
import { electronZip } from '../../../scripts/desktop-package/electron-dist.ts'
import { readFuses } from '../../../scripts/desktop-package/fuse-wire.ts'
import { readAsar } from '../../support/asar.ts'
import { makeDecoder } from '../../support/decoder.ts'
import { writeStandInZip } from '../../support/stand-in-electron.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const isWhole = process.env.HOLDFAST_PACKAGES === 'yes'
const targets = isWhole ? 'dir,deb,tar.zst,rpm' : 'dir'
const hasNamespaces = spawnSync('unshare', ['-rn', 'true']).status === 0
if (!hasNamespaces) console.warn('skipped: packaging without a network, since this account may make no network namespace')

const base = temporaryFolder()
const out = join(base, 'out')
const folder = join(out, 'linux-unpacked')
const core = join(folder, 'resources/core')
const zip = join(
  base,
  electronZip(JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version, { os: 'linux', cpu: 'x64' }),
)

/** What a module asks for, the types in it being gone. */
function importsOf(path: string, source: string): readonly string[] {
  const { staticImports, staticExports } = parseSync(path, source).module
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
  ]
}

function pack(...args: readonly string[]) {
  const program = [join(root, 'scripts/desktop-package.ts'), '--built', '--electron', zip, '--level', '1', '--out', out, ...args]
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1790000000', HTTPS_PROXY: '', GH_TOKEN: 'never-used' }
  return spawnSync('unshare', ['-rn', process.execPath, ...program], { env, encoding: 'utf8', timeout: 300_000 })
}

describe.skipIf(!hasNamespaces)('products made without a network', () => {
  let said = { stdout: '', stderr: '' }
  beforeAll(() => {
    writeStandInZip(zip)
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
    expect(new Set(files.map((path) => lstatSync(join(folder, path)).mtimeMs))).toEqual(new Set([1_790_000_000_000]))
    const fuses = readFuses(readFileSync(join(folder, 'holdfast')))
    expect([fuses.get('runAsNode'), fuses.get('onlyLoadAppFromAsar')]).toEqual(['off', 'on'])
    expect(said.stderr).toContain('the fuses are as configured')
  })

  test('everything that the shell imports is in its archive', () => {
    const archive = readAsar(join(folder, 'resources/app.asar'))
    expect(JSON.parse(archive.get('package.json')?.toString() ?? '{}').main).toBe('dist/main/electron/main.js')
    const waiting = ['dist/main/electron/main.js', 'dist/main/electron/preload.cjs']
    const seen = new Set(waiting)
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const source = archive.get(path)?.toString()
      if (source === undefined) throw new Error(`${path} is imported and not in the archive`)
      for (const from of importsOf(path, source)) {
        if (from.startsWith('node:') || from === 'electron') continue
        if (from.startsWith('.')) {
          const next = normalize(join(dirname(path), from))
          if (!seen.has(next)) waiting.push(next)
          seen.add(next)
        } else {
          const manifest = `node_modules/${from}/package.json`
          const { dependencies = {} } = JSON.parse(archive.get(manifest)?.toString() ?? '{"dependencies":{"":""}}')
          for (const name of [from, ...Object.keys(dependencies)])
            expect(archive.has(`node_modules/${name}/package.json`), `${path} imports ${from}, and ${name} is absent`).toBe(true)
        }
      }
    }
    expect(seen.size).toBeGreaterThan(40)
    expect([...archive.keys()].filter((path) => path.startsWith('dist/renderer/') && path.endsWith('.html'))).toEqual([
      'dist/renderer/index.html',
    ])
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
    expect(control).toContain('Conflicts: holdfast')
    const listed = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    for (const line of listed.trim().split('\n')) expect(line).toMatch(/^[-dl]\S{9} root\/root /)
    expect(listed).toMatch(/-rwsr-xr-x root\/root .* \.\/opt\/holdfast\/chrome-sandbox/)
    expect(listed).toContain('./opt/holdfast/node -> resources/core/node')
    for (const path of ['usr/bin/holdfast', 'usr/share/applications/holdfast.desktop', 'opt/holdfast/manual/egress.md'])
      expect(listed, path).toContain(` ./${path}\n`)
    const to = join(base, 'installed')
    execFileSync('dpkg-deb', ['--extract', deb, to])
    expect(spawnSync(join(to, 'opt/holdfast/node'), [join(to, 'opt/holdfast/dist/main/cli/holdfast.js'), '--version']).status).toBe(0)
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

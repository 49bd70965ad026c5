/** The whole appliance, built twice and run on a machine with nothing on it. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Appliance, buildAppliance } from '../../../scripts/appliance/build-appliance.ts'
import { shippedList } from '../../../scripts/appliance/licences.ts'
import { nameAt, readLock } from '../../../scripts/appliance/lock.ts'
import { checkSize, sizeLimits } from '../../../scripts/appliance/size-gate.ts'
import { type BareRoot, libraries, makeBareRoot, whyNoBareRoot } from '../../support/bare-root.ts'
import { oneDocument } from '../../support/command.ts'
import { CycloneDx } from '../../support/cyclonedx.ts'
import { tinyModels } from '../../support/models.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const folder = temporaryFolder()
const options = { root, platform: 'linux-x64', edition: 'full', gpu: 'none' } as const

let built: Appliance
beforeAll(async () => {
  built = await buildAppliance({ ...options, out: join(folder, 'first') })
}, 120_000)

const filesOf = (tree: string) =>
  readdirSync(tree, { recursive: true, withFileTypes: true }).map((entry) => ({
    path: join(entry.parentPath, entry.name).slice(tree.length + 1),
    entry,
  }))

describe('the tree', () => {
  test('ships every file of the core that does anything, but those of the desktop', () => {
    const shipped = new Set(built.integrity.files.map(({ path }) => path))
    const isEmpty = (file: string) => /^(\/\*\*[\s\S]*?\*\/\s*)?(export \{\};\s*)$/.test(readFileSync(join(root, file), 'utf8'))
    const emitted = globSync('dist/main/**/*.{js,cjs}', { cwd: root }).filter((file) => !isEmpty(file))
    expect(emitted.length).toBeGreaterThan(300)
    expect(emitted.filter((file) => !shipped.has(file) && !file.startsWith('dist/main/electron/')).sort()).toEqual(
      [
        // Of the desktop alone.
        'dist/main/core-keeper.js',
        'dist/main/platform/guard-desktop.js',
        'dist/main/waiting-feed.js',
        // Of the other edition.
        'dist/main/composition/serve-absent.js',
        'dist/main/routing/endpoint-client-absent.js',
      ].sort(),
    )
  })

  test('holds plain files with their digests, fixed modes and one time, and no link', () => {
    const { tree, integrity } = built
    const listed = new Map(integrity.files.map((entry) => [entry.path, entry]))
    const found = filesOf(tree)
    const odd: string[] = []
    for (const { path, entry } of found) {
      const { mode, mtimeMs } = statSync(join(tree, path))
      const wanted = entry.isDirectory() || path === 'node' || path === 'holdfast' ? 0o755 : 0o644
      if (entry.isSymbolicLink() || !(entry.isFile() || entry.isDirectory())) odd.push(`${path} is a link`)
      if ((mode & 0o7777) !== wanted) odd.push(`${path} has mode ${(mode & 0o7777).toString(8)}`)
      if (mtimeMs !== built.time.getTime()) odd.push(`${path} has another time`)
      if (entry.isFile() && path !== 'integrity.json' && !listed.has(path)) odd.push(`${path} is not listed`)
    }
    expect(odd).toEqual([])
    expect(found.filter(({ entry }) => entry.isFile())).toHaveLength(integrity.files.length + 1)
    const launcher = listed.get('holdfast')
    expect(launcher?.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(join(tree, 'holdfast')))
        .digest('hex'),
    )
    expect(JSON.parse(readFileSync(join(tree, 'integrity.json'), 'utf8'))).toEqual(integrity)
  })

  test('lists its parts by the letter, each under a licence that is allowed, and the notices name every package', () => {
    const { components } = CycloneDx.parse(JSON.parse(readFileSync(join(built.tree, 'sbom.cdx.json'), 'utf8')))
    const named = new Map(components.map((one) => [one['bom-ref'], one]))
    const places = [...built.plan.places, ...built.plan.windowPlaces]
    expect(places.filter((place) => named.get(place)?.licenses === undefined)).toEqual([])
    const text = readFileSync(join(built.tree, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    expect(places.filter((place) => !text.includes(`${nameAt(place)} ${named.get(place)?.version} (`))).toEqual([])
    const parts = components.filter((one) => one['bom-ref'].startsWith('part/'))
    expect(parts.map(({ name, version }) => [name, version])).toEqual([
      ['node', process.versions.node],
      ['llama.cpp', expect.stringMatching(/^(v|b)\d/)],
      ['SQLite3 Multiple Ciphers', expect.stringMatching(/^\d+\.\d+\.\d+$/)],
      ['PDFium', undefined],
      ['LanceDB native library', undefined],
    ])
    const crates = parts.at(-1)?.components?.map(({ name }) => name) ?? []
    expect(crates).toEqual(expect.arrayContaining(['lance', 'reqwest', 'tokio']))
  })

  test('ships the packages that were looked at, under the licences that were read (npm run appliance -- --list writes them)', () => {
    expect(shippedList(readLock(root), built.plan)).toBe(readFileSync(join(root, 'scripts/appliance/shipped.txt'), 'utf8'))
  })

  test('is under its limit of size, which leaves no room for another engine', () => {
    const bytes = built.integrity.files.reduce((sum, { size }) => sum + size, 0)
    expect(() => checkSize(built.integrity.files, sizeLimits)).not.toThrow()
    expect(sizeLimits.treeBytesMax - bytes).toBeLessThan(25_000_000)
  })

  test('names no folder of the machine that built it', () => {
    const texts = built.integrity.files.filter(({ path, size }) => size < 5_000_000 && !/\.(png|woff2?|pfb|bcmap)$/.test(path))
    expect(texts.filter(({ path }) => readFileSync(join(built.tree, path)).includes(root))).toEqual([])
  })

  test('wants no library but those of the bare machine, and no C library newer than 2.34, nor C++ than 3.4.30', () => {
    const binaries = built.integrity.files.filter(({ path }) => path === 'node' || /\.(node|so)$/.test(path))
    const shipped = new Set(binaries.map(({ path }) => path.split('/').at(-1)))
    const asked = { glibc: 0, cxx: 0, others: new Set<string>() }
    for (const { path } of binaries) {
      const words = readFileSync(join(built.tree, path)).toString('latin1')
      for (const [, minor] of words.matchAll(/\0GLIBC_2\.(\d+)(?=\0|\.\d*\0)/g)) asked.glibc = Math.max(asked.glibc, Number(minor))
      for (const [, minor] of words.matchAll(/\0GLIBCXX_3\.4\.(\d+)(?=\0)/g)) asked.cxx = Math.max(asked.cxx, Number(minor))
      for (const [, name = ''] of words.matchAll(/\0(lib[\w+.-]*?\.so(?:\.\d+)*)(?=\0)/g)) if (!shipped.has(name)) asked.others.add(name)
    }
    expect([asked.glibc, asked.cxx]).toEqual([34, 30])
    expect([...libraries].filter((name) => !asked.others.has(name))).toEqual([])
  })
})

test('a second build gives the same bytes', async () => {
  const again = await buildAppliance({ ...options, out: join(folder, 'second') })
  expect(again.integrity.files.filter(({ sha256 }, at) => sha256 !== built.integrity.files[at]?.sha256)).toEqual([])
  expect(again.sha256).toBe(built.sha256)
}, 120_000)

const why = whyNoBareRoot()
if (why !== null) console.warn(`skipped: the appliance on a machine with nothing on it, since ${why}`)

describe.skipIf(why !== null)('on a machine with nothing on it', () => {
  let machine: BareRoot
  const holdfast = (...args: readonly string[]) => machine.start(['/opt/holdfast/holdfast', ...args]).said
  beforeAll(() => {
    machine = makeBareRoot(join(folder, 'bare'), built.tree)
    mkdirSync(join(machine.home, 'papers'))
    for (const name of ['01-incident-report-ir-0417.pdf', '05-mooring-inspection.docx', '07-depot-issues.csv'])
      cpSync(join(root, 'main/sample-case/documents', name), join(machine.home, 'papers', name))
  })

  test('the doctor finds nothing wrong', async () => {
    const said = await holdfast('doctor', '--json')
    expect([said.code, said.stderr, oneDocument(said)]).toMatchObject([0, '', { ok: true }])
  })

  test('files are read, and a question is answered from them', async () => {
    const read = await holdfast('ingest', 'papers', '--json')
    expect([read.code, read.stderr, oneDocument(read)]).toMatchObject([0, '', { import: { totals: { files: 3, indexed: 3 } } }])
    const asked = await holdfast('ask', 'Who signed for the battery packs on 10 March?', '--json')
    expect([asked.code, asked.stderr]).toEqual([0, ''])
    expect(asked.stdout).toContain('07-depot-issues.csv')
    const { runId } = z.object({ runId: z.string() }).parse(oneDocument(asked))
    for (const format of ['pdf', 'docx']) {
      const paper = await holdfast('export', runId, '--format', format, '--out', `answer.${format}`, '--json')
      expect([paper.code, paper.stderr]).toEqual([0, ''])
      expect(statSync(join(machine.home, `answer.${format}`)).size).toBeGreaterThan(5_000)
    }
  })

  test('a model is admitted, loaded and asked', async () => {
    const { decoder } = tinyModels(machine.home)
    const admitted = await holdfast('models', 'import', basename(decoder), '--json')
    expect([admitted.code, admitted.stderr]).toEqual([0, ''])
    const asked = await holdfast('ask', 'Who signed for the battery packs on 10 March?', '--json')
    expect([asked.code, asked.stderr, oneDocument(asked)]).toMatchObject([0, '', { tier: 'edge', device: 'cpu' }])
  })

  test('vectors are kept and counted by the index', async () => {
    const script = `const { connect } = require('node:module').createRequire('/opt/holdfast/dist/main/memory/')('@lancedb/lancedb')
      connect('/home/vectors').then((at) => at.createTable('t', [{ vector: [1, 2], id: 1 }])).then((table) => table.countRows()).then(console.log)`
    expect(await machine.start(['/opt/holdfast/node', '-e', script]).said).toEqual({ code: 0, stdout: '1\n', stderr: '' })
  })

  test('the console serves its page on loopback', async () => {
    const started = machine.start(['/opt/holdfast/holdfast', 'start', '--no-open'])
    try {
      const ended = started.said.then(({ code, stderr }) => Promise.reject(new Error(`ended with ${code}: ${stderr}`)))
      const [line] = await Promise.race([once(started.process.stdout ?? started.process, 'data'), ended])
      ended.catch(() => undefined)
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(line))?.[0]
      expect(url).toBeDefined()
      // Its loopback is its own: the page is asked for there.
      const ask = `require('node:http').get('${url}', (reply) => { console.log(reply.statusCode, reply.headers['content-type']); reply.pipe(process.stdout) })`
      const page = await machine.beside(started, ['/opt/holdfast/node', '-e', ask]).said
      expect([page.stdout, page.stderr]).toEqual([expect.stringMatching(/^200 text\/html[\s\S]*<div id="root">/), ''])
    } finally {
      started.process.kill('SIGTERM')
      expect((await started.said).code).toBe(0)
    }
  })

  test('every native module finds what it needs', async () => {
    const modules = built.integrity.files.map(({ path }) => path).filter((path) => path.endsWith('.node'))
    expect(modules).toHaveLength(3)
    const load = `for (const file of ${JSON.stringify(modules)}) process.dlopen({ exports: {} }, '/opt/holdfast/' + file)`
    expect(await machine.start(['/opt/holdfast/node', '-e', load]).said).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

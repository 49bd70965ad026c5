/** Laying out and packing, on a small tree: the same files give the same bytes, whatever the machine, the order and the hour. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compress } from '../../../main/airgap/compress.ts'
import { type Integrity, integrityFile } from '../../../scripts/appliance/integrity.ts'
import { timeOfSource } from '../../../scripts/appliance/lay-out.ts'
import { digestOfFile, pack } from '../../../scripts/appliance/pack.ts'
import type { ShippedFile } from '../../../scripts/appliance/plan.ts'
import { checkSize, desktopLimitsFor, largestFolders, limitsFor, sizeLimits } from '../../../scripts/appliance/size-gate.ts'
import { stage } from '../../../scripts/appliance/stage.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const time = new Date(1_700_000_000_000)
const about = { product: 'holdfast', version: '1', platform: 'linux-x64', edition: 'full', gpu: 'none' } as const
const long = `deep/${'a-long-name-'.repeat(12)}/${'b'.repeat(90)}.js`

const source = join(folder, 'source')
mkdirSync(source)
writeFileSync(join(source, 'tool'), 'tool', { mode: 0o700 })
symlinkSync('tool', join(source, 'link'))

const files: readonly ShippedFile[] = [
  { path: 'a/x.js', from: Buffer.from('x'), isExecutable: false },
  { path: 'tool', from: join(source, 'link'), isExecutable: true },
  { path: 'a-b.js', from: Buffer.from('ab'), isExecutable: false },
  { path: long, from: Buffer.from('long'), isExecutable: false },
  { path: 'empty', from: Buffer.alloc(0), isExecutable: false },
]

async function build(
  name: string,
  wanted: readonly ShippedFile[],
): Promise<{ readonly archive: string; readonly tree: string; readonly integrity: Integrity }> {
  const tree = join(folder, name, 'top')
  const integrity = await stage(tree, wanted, about, time)
  const archive = join(folder, name, 'top.tar.zst')
  await pack(tree, [...integrity.files.map(({ path }) => path), integrityFile], archive, time)
  return { archive, tree, integrity }
}

test('the same files give the same bytes: their order, the hour, the modes and the mask of the builder do not matter', async () => {
  const first = await build('first', files)
  const before = process.umask(0o077)
  try {
    chmodSync(join(source, 'tool'), 0o755)
    const second = await build('second', files.toReversed())
    expect(await digestOfFile(second.archive)).toBe(await digestOfFile(first.archive))
    // What is packed is dated by the build, and not by the tree.
    utimesSync(join(second.tree, 'empty'), 1, 1)
    await pack(second.tree, [...second.integrity.files.map(({ path }) => path), integrityFile], second.archive, time)
    expect(await digestOfFile(second.archive)).toBe(await digestOfFile(first.archive))
  } finally {
    process.umask(before)
  }
  const other = await build('other', [...files.slice(1), { path: 'a/x.js', from: Buffer.from('y'), isExecutable: false }])
  expect(await digestOfFile(other.archive)).not.toBe(await digestOfFile(first.archive))
})

test('what is compressed is the same in whatever pieces it comes, early or late', async () => {
  const bytes = Buffer.from(Array.from({ length: 500_000 }, (_, at) => `${at % 977} ${at * 7919}`).join('\n'))
  const digests = new Set<string>()
  for (const pieceBytes of [bytes.length, 65_536, 1_048_576, 3_000_001, 777_777]) {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        yield bytes.subarray(at, at + pieceBytes)
        if (pieceBytes % 2 === 1) await sleep(100)
      }
    }
    const file = join(folder, 'pieces.zst')
    await compress(pieces(), file)
    expect(zstdDecompressSync(readFileSync(file)).equals(bytes)).toBe(true)
    digests.add(await digestOfFile(file))
  }
  expect(digests.size).toBe(1)
})

test('the archive holds sorted names of one folder, nobody’s account, fixed modes, one time and no link', async () => {
  const { archive } = await build('listed', files)
  const tar = join(folder, 'listed.tar')
  writeFileSync(tar, zstdDecompressSync(readFileSync(archive)))
  const lines = execFileSync('tar', ['-tvf', tar, '--numeric-owner', '--full-time', '--utc'], { encoding: 'utf8' }).trim().split('\n')
  const entries = lines.map((line) => /^(\S+)\s+(\S+)\s+(\d+)\s+(\S+ \S+)\s+(.*)$/.exec(line)?.slice(1) ?? [])
  const names = entries.map(([, , , , name]) => name)
  expect(names).toEqual([
    ...['top/', 'top/a/', 'top/a-b.js', 'top/a/x.js', 'top/deep/', `top/${long.split('/').slice(0, 2).join('/')}/`, `top/${long}`],
    ...['top/empty', 'top/integrity.json', 'top/tool'],
  ])
  expect([...new Set(entries.map(([, owner]) => owner))]).toEqual(['0/0'])
  expect([...new Set(entries.map(([, , , at]) => at))]).toEqual(['2023-11-14 22:13:20'])
  expect([...new Set(entries.map(([mode]) => mode))].sort()).toEqual(['-rw-r--r--', '-rwxr-xr-x', 'drwxr-xr-x'])
  expect(entries.find(([, , , , name]) => name === 'top/tool')?.slice(0, 3)).toEqual(['-rwxr-xr-x', '0/0', '4'])
})

test('the archive is checked by the zstd of the system, where there is one', async () => {
  const { archive } = await build('checked', files)
  const { status, error } = spawnSync('zstd', ['--test', '--quiet', archive])
  if (error !== undefined) console.warn('skipped: what another zstd says of the archive, since there is none')
  else expect(status).toBe(0)
})

test('the tree lists each file with its size and digest, sorted, and holds nothing from before', async () => {
  const tree = join(folder, 'again', 'top')
  mkdirSync(tree, { recursive: true })
  writeFileSync(join(tree, 'stale'), '')
  const { integrity } = await build('again', files)
  expect(existsSync(join(tree, 'stale'))).toBe(false)
  expect(integrity.files.map(({ path }) => path)).toEqual(['a-b.js', 'a/x.js', long, 'empty', 'tool'])
  expect(integrity.files.find(({ path }) => path === 'empty')).toEqual({
    ...{ path: 'empty', size: 0 },
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
  expect(JSON.parse(readFileSync(join(tree, integrityFile), 'utf8'))).toEqual({ format: 1, ...about, files: integrity.files })
  expect(statSync(join(tree, 'a')).mtimeMs).toBe(time.getTime())
  expect(readdirSync(tree)).not.toContain('link')
})

test('what is too large is refused with the largest folders, the largest first', () => {
  const entries = Array.from({ length: 14 }, (_, at) => ({ path: `node_modules/@s/p${at}/x.js`, size: 1_000_000 * (at + 1), sha256: '' }))
  const more = [...entries, { path: 'node_modules/q/a/b.js', size: 500, sha256: '' }, { path: 'dist/main/a/b.js', size: 400, sha256: '' }]
  expect(() => checkSize(more, { treeBytesMax: 105_000_900, filesMax: 16 })).not.toThrow()
  const refusal =
    /105\.0 MB in 16 files; 105\.0 MB in 16 is the limit\.\n +14\.0 MB {2}node_modules\/@s\/p13\n(.*\n){8} +5\.0 MB {2}node_modules\/@s\/p4\nLeave out/
  expect(() => checkSize(more, { treeBytesMax: 105_000_899, filesMax: 16 })).toThrow(refusal)
  expect(() => checkSize(more, { treeBytesMax: 105_000_900, filesMax: 15 })).toThrow(/in 15 is the limit/)
  expect(largestFolders([{ path: 'resources/core/node_modules/@s/p/a/b.js', size: 1, sha256: '' }])).toEqual([
    { folder: 'resources/core/node_modules/@s/p', bytes: 1 },
  ])
  expect(largestFolders(more).slice(-2)).toEqual([
    { folder: 'node_modules/q', bytes: 500 },
    { folder: 'dist/main', bytes: 400 },
  ])
})

test('who asks for a graphics processor gets room for its builds, and nobody else', () => {
  expect(limitsFor('none')).toEqual(sizeLimits)
  expect(limitsFor('vulkan').treeBytesMax).toBeGreaterThan(sizeLimits.treeBytesMax)
  expect(limitsFor('cuda').treeBytesMax).toBeGreaterThan(limitsFor('vulkan').treeBytesMax)
  expect(desktopLimitsFor('cuda').treeBytesMax - limitsFor('cuda').treeBytesMax).toBe(
    desktopLimitsFor('none').treeBytesMax - sizeLimits.treeBytesMax,
  )
})

test('files are dated by what the builder says, or by the commit, and by no clock', () => {
  const root = join(import.meta.dirname, '../../..')
  const before = process.env.SOURCE_DATE_EPOCH
  try {
    process.env.SOURCE_DATE_EPOCH = '1700000000'
    expect(timeOfSource(folder)).toEqual(time)
    process.env.SOURCE_DATE_EPOCH = 'now'
    expect(() => timeOfSource(folder)).toThrow(/Give whole seconds/)
    delete process.env.SOURCE_DATE_EPOCH
    const committed = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
    expect(timeOfSource(root).getTime()).toBe(Number(committed) * 1_000)
    expect(() => timeOfSource(folder)).toThrow(/Set SOURCE_DATE_EPOCH/)
  } finally {
    if (before === undefined) delete process.env.SOURCE_DATE_EPOCH
    else process.env.SOURCE_DATE_EPOCH = before
  }
})

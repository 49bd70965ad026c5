/** Packs of agents as files: the same bytes from the same folder, and nothing taken for one that is none. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { composePack, packAgents, readAgentPack } from '../../main/airgap/agent-pack.ts'
import { compareVersions } from '../../main/domain/agent-pack.ts'
import { makePackFolder, packFiles } from '../support/agent-packs.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const fresh = () => join(root, newId('boot'))
const noDoc = { 'docs/readme.md': null } as const
function pack(draft: object = {}, files: Readonly<Record<string, string | null>> = {}): string {
  const to = `${fresh()}.tar.zst`
  const made = packAgents(makePackFolder(fresh(), draft, files), to)
  if (!made.ok) throw new Error(made.error.message)
  return to
}

describe('PKG-01 a pack', () => {
  test('is the same bytes whenever it is made, and says the hash of each file', async () => {
    const [one, other] = [makePackFolder(fresh()), makePackFolder(fresh())]
    utimesSync(join(other, 'docs/readme.md'), 1, 1)
    const [a, b] = [composePack(one), composePack(other)]
    if (!a.ok || !b.ok) throw new Error('both can be packed')
    expect(a.value.bytes.equals(b.value.bytes)).toBe(true)
    expect(a.value.manifest.validations.map(({ path }) => path)).toEqual(Object.keys(packFiles).sort())
    const file = pack()
    const read = await readAgentPack(file)
    if (!read.ok) throw new Error(read.error.message)
    expect(read.value.manifest).toEqual(a.value.manifest)
    expect([...read.value.files].map(([path, bytes]) => [path, bytes.toString()])).toEqual(Object.entries(packFiles).sort())
  })

  test.each([
    ['no pack.json', {}, { 'pack.json': null }],
    ['a pack.json that is no JSON', {}, { 'pack.json': '{' }],
    ['an agent that is missing', {}, { 'agents/berths.yaml': null }],
    ['a document that is missing', {}, { 'docs/readme.md': null }],
    ['a file that nobody lists', {}, { 'more.txt': 'x' }],
    ['a prompt of an agent that it does not bring', {}, { 'prompts/research/draft.md': 'x' }],
    ['a version that is none', { version: '1.0' }, {}],
    ['a workflow of one', { workflows: [{ name: 'w', title: 'W', agents: ['berths'] }] }, {}],
    ['no licence', { license: '' }, {}],
    ['a name that is kept for pack.json', { docs: ['pack.json.installing'] }, { ...noDoc, 'pack.json.installing': 'x' }],
    ['a file where pack.json should be', { docs: ['Pack.json/x'] }, { ...noDoc, 'Pack.json/x': 'x' }],
    ['a name of files half written', { docs: ['a.partial/x'] }, { ...noDoc, 'a.partial/x': 'x' }],
    ['a name twice, but for capitals', { docs: ['docs/readme.md', 'docs/README.md'] }, { 'docs/README.md': 'x' }],
    ['a file that is a folder of another, but for capitals', { docs: ['docs/readme.md', 'Docs'] }, { Docs: 'x' }],
    ['a name with a space', {}, { 'docs/a b.md': 'x' }],
  ])('is not made of a folder with %s', (_what, draft, files) => {
    expect(composePack(makePackFolder(fresh(), draft, files))).toMatchObject({ ok: false, error: { code: 'pack.bad_folder' } })
  })

  test('is not made of a folder with a link, and is never written over another file', () => {
    const folder = makePackFolder(fresh())
    symlinkSync('/etc/hostname', join(folder, 'docs/link.md'))
    expect(composePack(folder)).toMatchObject({ ok: false, error: { code: 'pack.bad_folder' } })
    const file = pack()
    expect(packAgents(makePackFolder(fresh()), file)).toMatchObject({ ok: false, error: { code: 'pack.exists' } })
  })
})

describe('PKG-02 what is no whole pack is refused', () => {
  const codeOf = async (bytes: Uint8Array): Promise<string> => {
    const file = `${fresh()}.tar.zst`
    writeFileSync(file, bytes)
    const read = await readAgentPack(file)
    return read.ok ? 'ok' : read.error.code
  }
  test('any byte that is changed, and any end that is missing', async () => {
    const whole = readFileSync(pack())
    const tar = zstdDecompressSync(whole)
    expect(await codeOf(whole)).toBe('ok')
    expect(await codeOf(whole.subarray(0, whole.length - 8))).toBe('pack.malformed')
    expect(await codeOf(Buffer.alloc(0))).toBe('pack.malformed')
    expect(await codeOf(Buffer.from('not a pack'))).toBe('pack.malformed')
    const words = tar.indexOf('Say which berth')
    const changed = Buffer.from(tar)
    changed[words] = 0x73
    expect(await codeOf(zstdCompressSync(changed))).toBe('pack.malformed')
    for (let at = 0; at < tar.length; at += 509) {
      const flipped = Buffer.from(tar)
      const before = flipped[at] ?? 0
      flipped[at] = before ^ 1
      // What fills a block up means nothing.
      if (before !== 0) expect(await codeOf(zstdCompressSync(flipped)), `byte ${at}`).toBe('pack.malformed')
    }
  })
  test('an archive that unfolds into too much', async () => {
    expect(await codeOf(zstdCompressSync(Buffer.alloc(200 * 1024 * 1024)))).toBe('pack.malformed')
  })
  test('a pipe, a device and a link, without waiting for anybody to write; and what is larger than it can be', async () => {
    const [pipe, link, large] = [fresh(), fresh(), fresh()]
    execFileSync('mkfifo', [pipe])
    symlinkSync(pack(), link)
    writeFileSync(large, '')
    truncateSync(large, 64 * 1024 * 1024 * 1024)
    for (const file of [pipe, link, large, '/dev/zero', root])
      expect(await readAgentPack(file), file).toMatchObject({ ok: false, error: { code: 'pack.malformed' } })
  })
  test('a file that grows while it is read is read no further than it was', async () => {
    const file = pack()
    const from = statSync(file).size
    const before = process.memoryUsage().arrayBuffers
    const reading = readAgentPack(file)
    for (let i = 0; i < 200; i++) appendFileSync(file, Buffer.alloc(1024 * 1024))
    const read = await reading
    expect(read.ok ? 'ok' : read.error.code).toMatch(/^(?:ok|pack\.malformed)$/)
    expect(statSync(file).size).toBe(from + 200 * 1024 * 1024)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024)
  })
  test('a file that is not there', async () => {
    expect(await readAgentPack(join(root, 'nowhere'))).toMatchObject({ ok: false, error: { code: 'pack.malformed' } })
  })
})

test('versions are in their order', () => {
  expect([compareVersions('1.2.3', '1.2.3'), compareVersions('1.10.0', '1.9.9') > 0, compareVersions('0.1.0', '0.2.0') < 0]).toEqual([
    0,
    true,
    true,
  ])
  expect(compareVersions('0.3.0-dev', '0.3.0')).toBe(0)
})

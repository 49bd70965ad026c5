/** Archives of documents: the same bytes from the same folder, and nothing left behind of a hostile one. */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Header, type HeaderData, Pax } from 'tar'
import { describe, expect, test } from 'vitest'
import { readDataset } from '../../main/airgap/dataset-archive.ts'
import { packDataset } from '../../main/airgap/pack-dataset.ts'
import { datasetLimits } from '../../main/domain/airgap/dataset.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let fresh = 0
const place = () => join(folder, `place-${++fresh}`)

function documents(): string {
  const at = place()
  mkdirSync(join(at, 'inner'), { recursive: true })
  writeFileSync(join(at, 'a.md'), '# A\n')
  writeFileSync(join(at, '@b.txt'), 'B, which begins as an archive to copy from would\n')
  writeFileSync(join(at, 'inner', 'c.txt'), 'C\n')
  writeFileSync(join(at, '.DS_Store'), 'litter')
  return at
}

/** One entry as it stands in an archive, whatever it says. */
function entry(data: HeaderData & { readonly path: string }, content = ''): Buffer {
  const size = data.size ?? Buffer.byteLength(content)
  const facts = { mode: 0o644, type: 'File' as const, ...data, size }
  const header = Buffer.alloc(512)
  const isLong = new Header(facts).encode(header, 0)
  const before = isLong ? new Pax({ path: data.path, size }).encode() : Buffer.alloc(0)
  return Buffer.concat([before, header, Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)])
}
const packed = (...entries: readonly Buffer[]): Buffer => zstdCompressSync(Buffer.concat([...entries, Buffer.alloc(1024)]))

describe('AIR-02 a folder becomes one archive', () => {
  test('the same files make the same bytes, whatever their times and modes; litter is left out', async () => {
    const [first, second] = [documents(), documents()]
    chmodSync(join(second, 'a.md'), 0o600)
    utimesSync(join(second, 'inner', 'c.txt'), 1_000, 1_000)
    const [a, b] = [place(), place()]
    expect(await packDataset(first, a)).toMatchObject({ ok: true, value: [{ file: '@b.txt' }, { file: 'a.md' }, { file: 'inner/c.txt' }] })
    expect((await packDataset(second, b)).ok).toBe(true)
    const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
    expect(hash(a)).toBe(hash(b))
    expect(await packDataset(first, a)).toMatchObject({ ok: false, error: { code: 'bundle.taken' } })
    const out = place()
    await readDataset(a, out)
    expect(readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))).toEqual([
      'B, which begins as an archive to copy from would\n',
      '# A\n',
      'C\n',
    ])
  })

  test('a link, an empty folder and what is no folder are refused, and no archive is left', async () => {
    const linked = documents()
    symlinkSync('/etc/passwd', join(linked, 'inner', 'link.txt'))
    const empty = place()
    mkdirSync(empty)
    for (const from of [linked, empty, join(linked, 'a.md')]) {
      const to = place()
      expect((await packDataset(from, to)).ok).toBe(false)
      expect([existsSync(to), existsSync(`${to}.partial`)]).toEqual([false, false])
    }
  })
})

describe('AIR-04 a hostile archive is refused, and nothing of it is left', () => {
  const whole = entry({ path: 'a.md' }, 'text')
  const bomb = entry({ path: 'zeros.txt', size: 80_000_000 }, '\0'.repeat(80_000_000))
  const cases: Readonly<Record<string, Buffer>> = {
    'a name that leads out': packed(whole, entry({ path: '../../escape.txt' }, 'x')),
    'an absolute name': packed(entry({ path: '/etc/cron.d/x' }, 'x')),
    'a name with a line end': packed(entry({ path: 'a\nb.txt' }, 'x')),
    'a name of another system': packed(entry({ path: 'C:\\x\\y.txt' }, 'x')),
    'a name that is too long': packed(entry({ path: `${'d/'.repeat(10)}${'n'.repeat(datasetLimits.nameChars)}` }, 'x')),
    'a symbolic link': packed(whole, entry({ path: 'link', type: 'SymbolicLink', linkpath: '/etc/passwd' })),
    'a hard link': packed(whole, entry({ path: 'link', type: 'Link', linkpath: 'a.md' })),
    'a device': packed(entry({ path: 'null', type: 'CharacterDevice' })),
    'a folder': packed(entry({ path: 'inner/', type: 'Directory' }), whole),
    'two files of one name': packed(whole, whole),
    'no file': packed(),
    'what inflates beyond measure': packed(bomb),
    'zeros after its end': zstdCompressSync(Buffer.concat([whole, Buffer.alloc(80_000_000)])),
    'a size that is not there': packed(entry({ path: 'a.md', size: 5_000 }, 'text')),
    'another packing inside': zstdCompressSync(gzipSync(Buffer.concat([whole, Buffer.alloc(1024)]))),
    'text instead of an archive': zstdCompressSync(Buffer.from('no archive '.repeat(1_000))),
    'bytes that are not compressed': Buffer.from('no archive'),
    'an archive that is cut short': packed(whole, entry({ path: 'b.md' }, 'text '.repeat(1_000))).subarray(0, 90),
  }
  test.each(Object.keys(cases))('%s', async (name) => {
    const [archive, out] = [place(), place()]
    writeFileSync(archive, cases[name] ?? '')
    for (const into of [null, out])
      expect(await readDataset(archive, into)).toMatchObject({ ok: false, error: { code: 'bundle.dataset_malformed' } })
    expect(existsSync(out)).toBe(false)
    expect(existsSync(join(folder, '..', 'escape.txt'))).toBe(false)
  })

  test('more files than a dataset may hold', async () => {
    const archive = place()
    writeFileSync(archive, packed(...Array.from({ length: datasetLimits.filesMax + 1 }, (_, at) => entry({ path: `${at}.txt` }))))
    expect(await readDataset(archive, null)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(`more than ${datasetLimits.filesMax}`) },
    })
  })

  test('the work is cancelled, and nothing is left', async () => {
    const [archive, out, from] = [place(), place(), documents()]
    await packDataset(from, archive)
    const control = new AbortController()
    control.abort()
    expect(await readDataset(archive, out, { signal: control.signal })).toMatchObject({ ok: false, error: { code: 'bundle.cancelled' } })
    expect(existsSync(out)).toBe(false)
  })
})

/** A whole collection: what is planned, fetched, found there, taken from a folder, and written down. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BundleProfile } from '../../../main/domain/bundle-profile.ts'
import { canonicalJson } from '../../../main/domain/canonical-json.ts'
import { Collected } from '../../../main/domain/collected.ts'
import { type ListedModel, ModelList } from '../../../main/domain/model-manifest.ts'
import { type CollectOptions, collect } from '../../../scripts/collect/collect.ts'
import { type OcrPackage, ocrPackages, readTarMember } from '../../../scripts/collect/ocr-data.ts'
import { createProgress } from '../../../scripts/collect/progress.ts'
import { readSources } from '../../../scripts/collect/sources.ts'
import { fetchFromPackage } from '../../../scripts/collect/take-ocr.ts'
import { wantedFor } from '../../../scripts/collect/wanted.ts'
import { serving, startFileServer } from '../../support/file-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const base = temporaryFolder()
const server = await startFileServer()
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const zip = Buffer.from('PK\u0003\u0004 and the rest of a program')
const known = Buffer.from('GGUF with a hash on record')
const unknown = Buffer.from('GGUF without one')
const zipName = 'electron-v1.2.3-linux-x64.zip'

const [edge] = ModelList.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../../models-manifest/edge.json'), 'utf8'))).models
const listed = (id: string, bytes: Buffer | null): ListedModel => ({
  ...(edge as ListedModel),
  ...{ id, file: `${id}.gguf`, source: `https://huggingface.co/makers/${id}`, revision: bytes === null ? null : 'b'.repeat(40) },
  ...{ sha256: bytes === null ? null : { alg: 'sha256', value: sha256Of(bytes) }, sizeBytes: bytes?.length ?? null },
})
const profile: BundleProfile = {
  ...{ name: 'analyst-8gb', purpose: 'A test.', machineGib: 8, shell: 'desktop', models: ['known', 'unknown'], ocrLanguages: [] },
}

let folder = ''
let said: string[] = []
let count = 0
beforeEach(() => {
  folder = join(base, `out-${++count}`)
  said = []
  server.answer((request, response) => {
    const bytes =
      { zip, wn: known, own: unknown }[
        /\.zip$|unkn(own)|kno(wn)/
          .exec(request.url ?? '')
          ?.slice(1)
          .find(Boolean) ?? 'zip'
      ] ?? zip
    serving(bytes)(request, response)
  })
})

const options = (more: Partial<CollectOptions> = {}): CollectOptions => ({
  ...{ profile, platform: 'linux-x64', folder, from: null, isPlanOnly: false, only: null },
  sources: readSources([`huggingface=${server.base}/hf`, `electron=${server.base}/electron`, `npm=${server.base}/npm`]),
  known: {
    models: [listed('known', known), listed('unknown', null)],
    electronVersion: '1.2.3',
    electronSums: { [zipName]: sha256Of(zip) },
  },
  ...{ now: () => new Date('2026-11-29T12:00:00Z'), signal: new AbortController().signal, limits: { attemptsMax: 2, waitMs: 5 } },
  ...{ say: (text) => void said.push(text), onProgress: () => undefined },
  ...more,
})

describe('a collection', () => {
  test('is planned without asking anyone or writing anything', async () => {
    expect(await collect(options({ isPlanOnly: true }))).toBe(null)
    expect([server.asked, existsSync(folder)]).toEqual([[], false])
    expect(said[0]).toContain(
      `electron/${zipName}\n      fetch · size unknown · MIT · hash known\n      from ${server.base}/electron/v1.2.3/${zipName}`,
    )
    expect(said[0]).toContain('To come: 3 of 3, 0.0 MiB, and 2 whose size is not known.')
    expect(said[0]).toContain('no hash known beforehand')
  })

  test('is fetched from where its makers publish it, at the revision on record, and written down in canonical form', async () => {
    const collected = await collect(options())
    expect(server.asked).toEqual([
      `/electron/v1.2.3/${zipName}`,
      `/hf/makers/known/resolve/${'b'.repeat(40)}/known.gguf`,
      '/hf/makers/unknown/resolve/main/unknown.gguf',
    ])
    const text = readFileSync(join(folder, 'collected.json'), 'utf8')
    expect(text).toBe(`${canonicalJson(Collected.parse(JSON.parse(text)))}\n`)
    expect(JSON.parse(text)).toEqual(collected)
    expect(collected?.artifacts.map(({ file, sha256, upstream }) => [file, sha256.value, upstream.sha256?.value ?? null])).toEqual([
      [`electron/${zipName}`, sha256Of(zip), sha256Of(zip)],
      ['models/known.gguf', sha256Of(known), sha256Of(known)],
      ['models/unknown.gguf', sha256Of(unknown), null],
    ])
    expect(said.at(-1)).toContain('nothing but the connection vouches for it')
    expect(readdirSync(folder).toSorted()).toEqual(['collected.json', 'electron', 'models'])
  })

  test('is not fetched again where it is there, and only what was changed or removed is', async () => {
    await collect(options())
    server.asked.length = 0
    await collect(options({ now: () => new Date('2026-11-30T12:00:00Z') }))
    expect([server.asked, said.some((text) => text.includes('Everything is there.'))]).toEqual([[], true])
    writeFileSync(join(folder, 'models/known.gguf'), 'GGUF changed')
    rmSync(join(folder, 'electron', zipName))
    await collect(options())
    expect(server.asked).toHaveLength(2)
    expect(readFileSync(join(folder, 'models/known.gguf')).equals(known)).toBe(true)
  })

  test('that fails leaves what was fetched, and no list', async () => {
    server.answer(serving(zip), serving(Buffer.from('GGUF of the same length!!!')))
    await expect(collect(options())).rejects.toThrow('not what was published')
    expect([existsSync(join(folder, 'electron', zipName)), existsSync(join(folder, 'collected.json'))]).toEqual([true, false])
    expect(readdirSync(join(folder, 'models'))).toEqual([])
  })

  test('is refused for what no list knows, for other places, and for a platform without an Electron', async () => {
    await expect(collect(options({ profile: { ...profile, models: ['absent'] } }))).rejects.toThrow('which no list knows')
    const elsewhere = { ...listed('known', known), source: 'https://models.example/known' }
    const { known: all } = options()
    await expect(collect(options({ known: { ...all, models: [elsewhere, listed('unknown', null)] } }))).rejects.toThrow('not known here')
    await expect(collect(options({ platform: 'win-x64' }))).rejects.toThrow('names no hash of electron-v1.2.3-win32-x64.zip')
    await expect(collect(options({ profile: { ...profile, ocrLanguages: ['deu'] } }))).rejects.toThrow('no OCR data for deu')
    expect(server.asked).toEqual([])
  })

  test('of one kind alone is not written down as if it were whole', async () => {
    expect(await collect(options({ only: 'electron' }))).toBe(null)
    expect([server.asked.length, readdirSync(folder)]).toEqual([1, ['electron']])
  })

  test('for Windows has the tool of its installer, with the hash that the builder itself wants', () => {
    const { known: all, sources } = options()
    const electronSums = { 'electron-v1.2.3-win32-x64.zip': 'a'.repeat(64) }
    const tool = wantedFor(profile, 'win-x64', { ...all, electronSums }, sources).find(({ kind }) => kind === 'tool')
    const builder = readFileSync(join(import.meta.dirname, '../../../node_modules/app-builder-lib/out/toolsets/windows.js'), 'utf8')
    expect(builder).toContain(`"${tool?.file.replace('tools/', '')}": "${tool?.sha256}"`)
    expect(wantedFor({ ...profile, shell: 'appliance' }, 'win-x64', all, sources).map(({ kind }) => kind)).toEqual(['model', 'model'])
  })

  test('of an appliance has no Electron', () => {
    const { known: all, sources } = options()
    expect(wantedFor({ ...profile, shell: 'appliance' }, 'linux-x64', all, sources).map(({ kind }) => kind)).toEqual(['model', 'model'])
  })
})

describe('a collection out of a folder', () => {
  const brought = join(base, 'brought')
  mkdirSync(brought)
  const bring = () => {
    writeFileSync(join(brought, zipName), zip)
    writeFileSync(join(brought, 'known.gguf'), known)
    writeFileSync(join(brought, 'unknown.gguf'), unknown)
  }

  test('asks nobody, and has the same checks', async () => {
    bring()
    const collected = await collect(options({ from: brought }))
    expect([server.asked, collected?.artifacts.length]).toEqual([[], 3])
    writeFileSync(join(brought, 'known.gguf'), 'GGUF another')
    rmSync(join(folder, 'models/known.gguf'))
    await expect(collect(options({ from: brought }))).rejects.toThrow('is not what was published')
    writeFileSync(join(brought, 'unknown.gguf'), '<html>')
    await expect(collect(options({ from: brought, folder: `${folder}-2`, profile: { ...profile, models: ['unknown'] } }))).rejects.toThrow(
      'by its first bytes',
    )
    expect(existsSync(join(`${folder}-2`, 'models/unknown.gguf'))).toBe(false)
  })

  test('says all that the folder lacks before it copies anything', async () => {
    bring()
    for (const name of ['known.gguf', 'unknown.gguf']) rmSync(join(brought, name))
    await expect(collect(options({ from: brought }))).rejects.toThrow('lacks:\n  models/known.gguf\n  models/unknown.gguf')
    expect(existsSync(folder)).toBe(false)
  })
})

describe('OCR data', () => {
  const member = 'package/best/eng.traineddata.gz'
  const data = gzipSync(Buffer.from('what is recognised with'))
  const tarOf = (name: string, bytes: Buffer): Buffer => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(bytes.length.toString(8).padStart(11, '0'), 124)
    header.write('0', 156)
    return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
  }
  const archive = gzipSync(Buffer.concat([tarOf('package/package.json', Buffer.from('{}')), tarOf(member, data), Buffer.alloc(1_024)]))
  const onRecord: OcrPackage = {
    ...{ language: 'eng', packageName: '@x/eng', version: '1.0.0', member, licence: 'MIT', packageBytes: archive.length },
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    ...{ fileSha256: sha256Of(data), fileBytes: data.length },
  }
  const take = (changed: Partial<OcrPackage> = {}) => {
    server.answer(serving(archive))
    const target = join(folder, 'ocr-data/eng.traineddata.gz')
    const fetching = {
      url: `${server.base}/eng.tgz`,
      source: { base: server.base, handsOverTo: [] },
      target,
      sha256: null,
      sizeBytes: null,
      magic: '\u001f\u008b',
    }
    return fetchFromPackage({ ...fetching, signal: new AbortController().signal }, { ...onRecord, ...changed })
  }

  test('is the one file of a package whose published hash is right', async () => {
    expect(await take()).toMatchObject({ sha256: sha256Of(data) })
    expect(readdirSync(join(folder, 'ocr-data'))).toEqual(['eng.traineddata.gz'])
  })

  test('is refused from another package, and when the file in it is another or absent', async () => {
    await expect(take({ integrity: 'sha512-x' })).rejects.toThrow('not what was published')
    await expect(take({ fileSha256: '0'.repeat(64) })).rejects.toThrow('not the file that is on record')
    await expect(take({ member: 'package/absent' })).rejects.toThrow('The package has no package/absent')
    expect(readdirSync(join(folder, 'ocr-data'))).toEqual([])
    expect(() => readTarMember(gzipSync(Buffer.alloc(100)), member)).toThrow('has no')
  })

  test('stands on record by language, once, for every profile', () => {
    const profiles: { profiles: BundleProfile[] } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../models-manifest/profiles.json'), 'utf8'),
    )
    const languages = ocrPackages.map(({ language }) => language)
    expect(new Set(languages).size).toBe(languages.length)
    for (const { ocrLanguages } of profiles.profiles) for (const each of ocrLanguages) expect(languages).toContain(each)
  })
})

test('progress is one line at a terminal and a line now and then in a log', () => {
  for (const isTTY of [true, false]) {
    let now = 0
    let text = ''
    const write = (more: string) => {
      text += more
    }
    const progress = createProgress({ isTTY, write }, () => now)
    for (let done = 0; done <= 100; done += 10) {
      progress.show('a.gguf', done * 1024 * 1024, 100 * 1024 * 1024)
      now += 3_000
    }
    progress.say('Done.')
    expect(text.split('\n').length - 1).toBe(isTTY ? 2 : 5)
    expect(text).toContain('a.gguf: 100.0 MiB of 100.0 MiB (100 %), 3.3 MiB a second')
  }
})

import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ListedModel, ModelList } from '../../main/domain/model-manifest.ts'
import { createRegistry, type Registry } from '../../main/models/registry.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createModels, type Models } from '../../main/store/models.ts'
import { openStore } from '../../main/store/open.ts'
import { makeDecoder } from '../support/decoder.ts'
import { makeEmbedder } from '../support/embedder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const medium = join(folder, 'medium')
mkdirSync(medium)
const decoder = join(medium, 'decoder.gguf')
const embedder = join(medium, 'embedder.gguf')
makeDecoder({ path: decoder, seed: 1 })
makeEmbedder({ path: embedder, seed: 1 })
const newId = createNewId(() => now, randomBytes)
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')

let models: string
let rows: Models
let registry: Registry
let now = 1_700_000_000_000
let counter = 0
let told: string[] = []

function registryWith(lists: readonly ModelList[] = []): Registry {
  return createRegistry({ rows, folder: models, clock: () => now, newId, sha256, lists, onChanged: (id) => void told.push(id) })
}

beforeEach(() => {
  counter++
  told = []
  models = join(folder, `models-${counter}`)
  mkdirSync(models)
  const db = openStore(join(folder, `store-${counter}.db`))
  rows = createModels(db, 'station')
  registry = registryWith()
})

async function imported(path: string): Promise<{ readonly id: string; readonly stored: string }> {
  const result = await registry.importModel(path, 'analyst')
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return { id: result.value.id, stored: join(models, `${result.value.digest.value}.gguf`) }
}

async function codeOf(result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> {
  const settled = await result
  return settled.ok ? 'ok' : (settled.error?.code ?? '')
}

/** Whether the loader would get the file; closes it again. */
async function resolves(id: string): Promise<string> {
  const result = await registry.resolve(id)
  if (result.ok) await result.value.handle.close()
  return result.ok ? 'ok' : result.error.code
}

describe('MOD-02 a model comes in with its custody', () => {
  test('the copy is what the source was, read-only, and on record with who, whence and what was checked', async () => {
    const seen: number[] = []
    const result = await registry.importModel(decoder, 'analyst', { onProgress: (done) => void seen.push(done) })
    if (!result.ok) throw new Error(result.error.message)
    const digest = sha256(readFileSync(decoder))
    expect(result.value).toMatchObject({ role: 'chat', state: 'verified', isActive: true, admittedBy: 'analyst', file: 'decoder.gguf' })
    expect(result.value.digest).toEqual({ alg: 'sha256', value: digest })
    const stored = join(models, `${digest}.gguf`)
    expect(sha256(readFileSync(stored))).toBe(digest)
    expect(lstatSync(stored).mode & 0o777).toBe(0o400)
    expect(readdirSync(models)).toEqual([`${digest}.gguf`])
    expect(seen.at(-1)).toBe(lstatSync(decoder).size)
    const record = registry.record(result.value.id)
    expect(record?.custody).toMatchObject({
      broughtBy: 'analyst',
      fromPath: decoder,
      isListed: false,
      checks: ['regular_file', 'not_sparse', 'header', 'copy', 'digest'],
    })
    if (process.platform === 'linux') expect(record?.custody.medium?.mountPoint).toMatch(/^\//)
    expect(record?.manifest).toMatchObject({ licence: 'cc0-1.0', country: null, roles: ['chat'], contextTokens: 8_192 })
    expect(record?.manifest.chatTemplateHash?.value).toMatch(/^[0-9a-f]{64}$/)
    expect(await resolves(result.value.id)).toBe('ok')
  })

  test('the first model of each role is active, the next is not until it is chosen', async () => {
    const first = await imported(decoder)
    const vectors = await imported(embedder)
    const other = join(medium, 'other.gguf')
    makeDecoder({ path: other, seed: 2 })
    const second = await imported(other)
    expect(registry.active('chat')?.id).toBe(first.id)
    expect(registry.active('embed')?.id).toBe(vectors.id)
    const chosen = await registry.activate(second.id)
    expect(chosen.ok && chosen.value.isActive).toBe(true)
    expect(registry.active('chat')?.id).toBe(second.id)
    expect(registry.active('embed')?.id).toBe(vectors.id)
    expect((await registry.list()).filter(({ isActive }) => isActive)).toHaveLength(2)
    expect(await codeOf(registry.activate('mdl_00000000000000000000000000'))).toBe('model.unknown')
  })

  test('the same bytes again are the same model, and mend a damaged copy', async () => {
    const { id, stored } = await imported(decoder)
    expect((await imported(decoder)).id).toBe(id)
    expect(await registry.list()).toHaveLength(1)
    chmodSync(stored, 0o600)
    writeFileSync(stored, 'damaged')
    expect(await resolves(id)).toBe('model.changed')
    expect((await imported(decoder)).id).toBe(id)
    expect(await resolves(id)).toBe('ok')
  })

  test('what a delivered list says of these very bytes goes on record', async () => {
    const { id } = await imported(decoder)
    const manifest = registry.record(id)?.manifest
    if (manifest === undefined) throw new Error('no record')
    rmSync(models, { recursive: true })
    mkdirSync(models)
    rows = createModels(openStore(join(folder, `store-${counter}-listed.db`)), 'station')
    const listed: ListedModel = {
      ...{ id: 'tiny', name: 'Tiny', developer: 'Holdfast', country: 'NL', licence: 'CC0-1.0', levels: ['unclassified'] },
      ...{ source: 'https://models.example/tiny', revision: null, file: 'tiny.gguf', quantisation: 'F16', contextTokens: 8_192 },
      ...{ roles: ['chat'], machinesGib: [8], queryPrefix: null, passagePrefix: null, chatTemplateHash: null },
      ...{ sha256: manifest.sha256, sizeBytes: null },
    }
    registry = registryWith([{ tier: 'edge', models: [listed] }])
    const again = registry.record((await imported(decoder)).id)
    expect(again?.custody.isListed).toBe(true)
    expect(again?.manifest).toMatchObject({ id: 'tiny', name: 'Tiny', country: 'NL', levels: ['unclassified'] })
  })

  test('an entry without a hash describes no file, not even one of its name and size', async () => {
    const { id } = await imported(decoder)
    const manifest = registry.record(id)?.manifest
    rmSync(models, { recursive: true })
    mkdirSync(models)
    rows = createModels(openStore(join(folder, `store-${counter}-nameless.db`)), 'station')
    const nameless: ListedModel = {
      ...{ id: 'tiny', name: 'Tiny', developer: 'Holdfast', country: 'NL', licence: 'CC0-1.0', levels: null },
      ...{ source: 'https://models.example/tiny', revision: null, file: 'decoder.gguf', quantisation: 'F16', contextTokens: 8_192 },
      ...{ roles: ['chat'], machinesGib: [8], queryPrefix: null, passagePrefix: null, chatTemplateHash: null },
      ...{ sha256: null, sizeBytes: manifest?.sizeBytes ?? null },
    }
    registry = registryWith([{ tier: 'edge', models: [nameless] }])
    const again = registry.record((await imported(decoder)).id)
    expect([again?.custody.isListed, again?.manifest.country]).toEqual([false, null])
  })

  test('links, holes, cut files, other files and absent ones are refused, and leave nothing behind', async () => {
    const path = (name: string) => join(medium, name)
    symlinkSync(decoder, path('link.gguf'))
    copyFileSync(decoder, path('cut.gguf'))
    truncateSync(path('cut.gguf'), 400_000)
    copyFileSync(decoder, path('sparse.gguf'))
    truncateSync(path('sparse.gguf'), 60_000)
    truncateSync(path('sparse.gguf'), lstatSync(decoder).size)
    writeFileSync(path('text.gguf'), 'not a model at all')
    const cases: ReadonlyArray<readonly [string, string]> = [
      ['link.gguf', 'model.link'],
      ['cut.gguf', 'model.truncated'],
      ['sparse.gguf', 'model.sparse'],
      ['text.gguf', 'model.not_gguf'],
      ['absent.gguf', 'model.missing'],
      ['.', 'model.not_a_file'],
    ]
    for (const [name, code] of cases) expect(await codeOf(registry.importModel(path(name), 'analyst')), name).toBe(code)
    expect(readdirSync(models)).toEqual([])
    expect(await registry.list()).toEqual([])
  })

  test('a cancelled import and one that the program did not survive leave nothing', async () => {
    const controller = new AbortController()
    const code = await codeOf(registry.importModel(decoder, 'analyst', { signal: controller.signal, onProgress: () => controller.abort() }))
    expect(code).toBe('model.cancelled')
    expect(readdirSync(models)).toEqual([])
    writeFileSync(join(models, 'mdl_x.partial'), 'half')
    await registry.clean()
    expect(readdirSync(models)).toEqual([])
  })
})

describe('MOD-02 only what was admitted is loaded', () => {
  test('renamed, swapped, truncated and linked files are refused', async () => {
    const { id, stored } = await imported(decoder)
    renameSync(stored, `${stored}.away`)
    expect(await resolves(id)).toBe('model.missing')
    expect((await registry.list())[0]?.state).toBe('missing')
    symlinkSync(`${stored}.away`, stored)
    expect(await resolves(id)).toBe('model.changed')
    rmSync(stored)
    copyFileSync(embedder, stored)
    expect(await resolves(id)).toBe('model.changed')
    expect((await registry.list())[0]?.state).toBe('changed')
    chmodSync(stored, 0o600)
    copyFileSync(decoder, stored)
    chmodSync(stored, 0o600)
    truncateSync(stored, 1_000)
    expect(await resolves(id)).toBe('model.changed')
    // The same bytes in another file are hashed, and found to be the same.
    rmSync(stored)
    renameSync(`${stored}.away`, stored)
    expect(await resolves(id)).toBe('ok')
    expect((await registry.list())[0]?.state).toBe('verified')
  })

  test('one changed bit of the same length and time is found', async () => {
    const { id, stored } = await imported(decoder)
    const { atime, mtime } = lstatSync(stored)
    chmodSync(stored, 0o600)
    const bytes = readFileSync(stored)
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1
    writeFileSync(stored, bytes)
    utimesSync(stored, atime, mtime)
    expect(await resolves(id)).toBe('model.changed')
    expect((await registry.verify())[0]?.state).toBe('changed')
    expect(told).toEqual([id, id])
  })

  test('a file whose marks are the same is hashed again after a week', async () => {
    const { id } = await imported(decoder)
    const before = registry.record(id)?.verifiedAt
    now += 6 * 24 * 3_600_000
    expect(await resolves(id)).toBe('ok')
    expect(registry.record(id)?.verifiedAt).toBe(before)
    now += 2 * 24 * 3_600_000
    expect(await resolves(id)).toBe('ok')
    expect(registry.record(id)?.verifiedAt).toBe(now)
  })

  test('verify hashes every file and says which are not what they were', async () => {
    const good = await imported(decoder)
    const bad = await imported(embedder)
    chmodSync(bad.stored, 0o600)
    writeFileSync(bad.stored, 'x')
    now += 1_000
    const entries = await registry.verify()
    expect(entries.find(({ id }) => id === good.id)).toMatchObject({ state: 'verified', verifiedAt: now })
    expect(entries.find(({ id }) => id === bad.id)).toMatchObject({ state: 'changed' })
    expect(await codeOf(registry.activate(bad.id))).toBe('model.changed')
  })
})

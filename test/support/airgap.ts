/** People with keys, roots that name them, bundles that they sign, and stations that receive: all on a small scale, with the real code. */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBlobStore } from '../../main/airgap/blob-store.ts'
import { checkFiles } from '../../main/airgap/check-files.ts'
import { inspect } from '../../main/airgap/inspect.ts'
import { load } from '../../main/airgap/load.ts'
import type { Loaded, LoadStation } from '../../main/airgap/load-station.ts'
import { readRootFile, signRoot, writeRoot } from '../../main/airgap/make-root.ts'
import { pack } from '../../main/airgap/pack.ts'
import { airgapPlaces } from '../../main/airgap/places.ts'
import { createReleases } from '../../main/airgap/releases.ts'
import { selfSigned } from '../../main/airgap/root-chain.ts'
import { signBundle } from '../../main/airgap/sign.ts'
import { firstTrust, keepRoot, readTrust, type TrustRecord, writeTrustFile } from '../../main/airgap/trust-store.ts'
import type { Acceptance } from '../../main/domain/airgap/acceptance.ts'
import type { BundleManifest } from '../../main/domain/airgap/manifest.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { unclassified } from '../../main/domain/label.ts'
import { keyIdText, type SecretKey } from '../../main/domain/minisign.ts'
import { ok, type Result } from '../../main/domain/result.ts'
import { ed25519, publicHalf } from '../../main/policy/ed25519.ts'

export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
export const tools = { ed25519, sha256 }
export const day = 24 * 60 * 60 * 1000
export const bundleTime = '2026-11-01T08:00:00Z'
export const now = Date.parse('2026-11-20T08:00:00Z')

/** The same person has the same key in every run. */
export function person(name: string): SecretKey {
  const seed = new Uint8Array(createHash('sha256').update(`key of ${name}`).digest())
  return { id: new Uint8Array(createHash('sha256').update(`id of ${name}`).digest().subarray(0, 8)), seed, key: publicHalf(seed) }
}
export const idOf = (key: SecretKey): string => keyIdText(key.id)

export const people = {
  roots: ['Ada', 'Berta', 'Carla'].map(person),
  builders: ['Dora', 'Edda'].map(person),
  modeller: person('Frieda'),
  site: person('Gerda'),
}

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

export interface RootOptions {
  readonly bundle?: readonly SecretKey[]
  readonly bundleThreshold?: number
  readonly models?: readonly SecretKey[] | null
  readonly modelsThreshold?: number
  readonly site?: readonly SecretKey[] | null
  readonly roots?: readonly SecretKey[]
  readonly signers?: readonly SecretKey[]
}

/** The next root of a chain, signed by two of three. */
export function addRoot(folder: string, options: RootOptions = {}): number {
  const { bundle = people.builders, bundleThreshold = 2, models = null, modelsThreshold = 2, site = null, roots = people.roots } = options
  const all = [...new Set([...roots, ...bundle, ...(models ?? []), ...(site ?? [])])]
  const { root } = must(
    writeRoot(folder, {
      purpose: 'development',
      createdAt: bundleTime,
      keys: all.map((key, at) => ({ key, name: `Person ${at + 1}` })),
      roles: {
        root: { threshold: 2, keys: roots.map(idOf) },
        bundle: { threshold: bundleThreshold, keys: bundle.map(idOf) },
        models: models === null ? null : { threshold: modelsThreshold, keys: models.map(idOf) },
        site: site === null ? null : { threshold: 1, keys: site.map(idOf) },
      },
    }),
  )
  for (const key of options.signers ?? people.roots.slice(0, 2)) must(signRoot(folder, root.version, key, ed25519))
  return root.version
}

/** Bytes that a seed fixes, and that no other name has. */
export const contentOf = (name: string, size: number): Buffer => {
  const blocks: Buffer[] = []
  for (let at = 0; at * 32 < size; at++) blocks.push(createHash('sha256').update(`${name} ${at}`).digest())
  return Buffer.concat(blocks).subarray(0, size)
}

const published = (name: string, size: number) => ({
  url: `https://models.example/${name}`,
  revision: null,
  sha256: { alg: 'sha256' as const, value: sha256(contentOf(name, size)) },
})

/** A model file as a list to pack names it, with the hash that was published of it. */
export const modelEntry = (id: string, role: 'chat' | 'embed', file: string): PackList['artifacts'][number] => ({
  ...{ id, kind: 'model', name: id, title: `Tiny ${id}`, collection: null, version: '1', platform: null, licence: 'Apache-2.0' },
  ...{ status: 'active', file },
  upstream: { url: `https://models.example/${id}`, revision: null, sha256: { alg: 'sha256', value: sha256(readFileSync(file)) } },
  model: {
    ...{ roles: [role], developer: 'Example', country: 'NO', quantisation: 'F32', contextTokens: 512 },
    ...{ queryPrefix: '', passagePrefix: '', chatTemplateHash: null },
  },
})

export interface BundleOptions {
  readonly seq?: number
  readonly version?: string
  readonly files?: ReadonlyArray<{ readonly name: string; readonly size: number; readonly kind?: 'model' | 'doc' | 'sbom' }>
  readonly list?: Partial<PackList>
  readonly partBytes?: number
  readonly signers?: readonly SecretKey[]
  readonly baseline?: ReadonlyArray<{ readonly digest: string; readonly manifest: BundleManifest }>
}

/** Files of every length that matters: one part, exactly two, and one byte more. */
const usual = [
  { name: 'chat', size: 200_000, kind: 'model' },
  { name: 'embed', size: 131_072, kind: 'model' },
  { name: 'manual', size: 65_537, kind: 'doc' },
  { name: 'parts', size: 40, kind: 'sbom' },
] as const

/** Packs and signs a bundle below `folder`; its root lies in `folder/root`, and is made when it is not there. */
export async function makeBundle(folder: string, name: string, options: BundleOptions = {}) {
  const { seq = 1, version = '1.0.0', files = usual, partBytes = 65_536, signers = people.builders, baseline = [] } = options
  const roots = join(folder, 'root')
  const inputs = join(folder, 'inputs')
  mkdirSync(inputs, { recursive: true })
  for (const file of files) writeFileSync(join(inputs, file.name), contentOf(file.name, file.size))
  const newest = [5, 4, 3, 2, 1].map((at) => readRootFile(roots, at)).find((root) => root !== null)
  const root = newest ?? must(ok(readRootFile(roots, addRoot(roots))))
  if (root === null || root === undefined) throw new Error('no root')
  const list: PackList = {
    format: 'holdfast-pack-1',
    channel: 'stable',
    version,
    seq,
    createdAt: bundleTime,
    label: unclassified,
    staleAfterDays: 365,
    minSeq: 0,
    revoked: { bundles: [], blobs: [], keys: [] },
    requires: { platforms: null, glibc: null, ramBytes: null, vramBytes: null, diskBytes: null, appVersion: null },
    serves: { chat: null, embed: null, rerank: null },
    artifacts: files.map(({ name: id, size, kind = 'model' }) => ({
      ...{
        id,
        name: id,
        title: `The ${id}`,
        collection: null,
        kind,
        version: '1',
        platform: null,
        licence: 'Apache-2.0',
        status: 'active',
        file: id,
      },
      upstream: kind === 'model' ? published(id, size) : null,
      model:
        kind === 'model'
          ? {
              ...{ roles: ['chat'], developer: 'Example', country: 'NO', quantisation: 'Q4_K_M', contextTokens: 4_096 },
              ...{ queryPrefix: '', passagePrefix: '', chatTemplateHash: null },
            }
          : null,
    })),
    ...options.list,
  }
  const to = join(folder, name)
  const packed = must(await pack({ list, from: inputs, to, root, roots, partBytes, baseline }, sha256))
  for (const key of signers) must(await signBundle(to, key, tools))
  return { folder: to, ...packed }
}

export interface TestStation extends LoadStation {
  readonly recorded: Array<{ readonly loaded: Loaded; readonly acceptance: Acceptance }>
  /** What the database would say. */
  trustRecord: TrustRecord | undefined
  time: number
  free: number
  load(folder: string, accept?: string | null): ReturnType<typeof load>
}

/** A station without a core around it. Nothing is scanned but what `scan` says. */
export function makeStation(data: string, overrides: Partial<LoadStation> = {}): TestStation {
  const places = airgapPlaces(join(data, 'airgap'))
  const releases = createReleases(places.releases, sha256)
  const station: TestStation = {
    places,
    inspect: async (folder, trusted) => inspect(folder, trusted, tools),
    checkFiles,
    releases,
    blobs: createBlobStore(places.store),
    recorded: [],
    trustRecord: undefined,
    time: now,
    free: 1e12,
    clock: () => station.time,
    trust: () => readTrust(places, station.trustRecord, sha256),
    current: () => null,
    ceiling: () => unclassified,
    machine: () => ({ platform: 'linux-x64', glibc: '2.36', ramBytes: 8e9, vramBytes: null, freeBytes: station.free, appVersion: '1.0.0' }),
    scan: (_file, { id }) => Promise.resolve({ id, outcome: 'clean', detail: 'looked' }),
    structure: () => Promise.resolve(ok(null)),
    record: (loaded, acceptance) => {
      station.recorded.push({ loaded, acceptance })
      keepRoot(places, loaded.inspected.chain.newest)
      station.trustRecord = { now: acceptance.next, was: station.trustRecord?.now ?? null }
      writeTrustFile(places, acceptance.next)
    },
    failpoint: () => {},
    load: (folder, acceptUnscanned = null) => load(station, folder, { acceptUnscanned }),
    ...overrides,
  }
  return station
}

/** Makes the station trust the first root of a chain. */
export function trustFirst(station: TestStation, folder: string, version = 1): void {
  const signers = people.roots.slice(0, 2).map(idOf)
  const root = must(selfSigned(folder, version, signers, tools))
  keepRoot(station.places, root)
  const state = firstTrust(root, 0, [])
  station.trustRecord = { now: state, was: null }
  writeTrustFile(station.places, state)
}

/** A copy of a tree that may be spoiled. */
export function copyOf(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true })
  return to
}

export const bytesOf = (...path: readonly string[]): Buffer => readFileSync(join(...path))

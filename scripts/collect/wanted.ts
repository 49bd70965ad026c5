/** What a profile needs from elsewhere for one platform, with what is known of each thing before anything is asked for. */
import type { BundleProfile } from '../../main/domain/bundle-profile.ts'
import type { CollectedArtifact, CollectPlatform } from '../../main/domain/collected.ts'
import type { ListedModel } from '../../main/domain/model-manifest.ts'
import { platforms } from '../appliance/platforms.ts'
import { electronZip } from '../desktop-package/electron-dist.ts'
import { refuse } from '../refuse.ts'
import { type OcrPackage, ocrPackages } from './ocr-data.ts'
import type { SourceName, Sources } from './sources.ts'

export interface Wanted extends Pick<CollectedArtifact, 'id' | 'kind' | 'name' | 'version' | 'file' | 'licence'> {
  readonly source: SourceName
  readonly url: string
  readonly revision: string | null
  /** What is published of the file, where it is known beforehand. */
  readonly sha256: string | null
  readonly sizeBytes: number | null
  /** How the file begins. A page of a proxy or a log-in begins otherwise. */
  readonly magic: string
  /** Set where the file is taken out of a package that is fetched in its place. */
  readonly inPackage: OcrPackage | null
}

export interface Known {
  readonly models: readonly ListedModel[]
  readonly electronVersion: string
  readonly electronSums: Readonly<Record<string, string>>
}

const magics = { zip: 'PK\u0003\u0004', gguf: 'GGUF', gzip: '\u001f\u008b' } as const

function electron({ electronVersion, electronSums }: Known, platform: CollectPlatform, sources: Sources): Wanted {
  const file = electronZip(electronVersion, platforms[platform])
  const sha256 = electronSums[file] ?? refuse(`The electron package names no hash of ${file}.`, 'Use the version that the lock file pins.')
  return {
    ...{
      id: `electron-${platform}`,
      kind: 'electron',
      name: 'Electron',
      version: electronVersion,
      file: `electron/${file}`,
      licence: 'MIT',
    },
    ...{ source: 'electron', url: `${sources.electron.base}/v${electronVersion}/${file}`, revision: `v${electronVersion}`, sha256 },
    ...{ sizeBytes: null, magic: magics.zip, inPackage: null },
  }
}

function model(listed: ListedModel, sources: Sources): Wanted {
  const { id, name, file, licence, source, revision, sha256, sizeBytes } = listed
  const { host, pathname } = new URL(source)
  if (host !== 'huggingface.co') refuse(`${id} is published at ${host}, which is not known here.`, 'Bring the file yourself: --from DIR.')
  return {
    ...{
      id,
      kind: 'model',
      name,
      version: revision?.slice(0, 12) ?? 'main',
      file: `models/${file}`,
      licence,
      source: 'huggingface',
      revision,
    },
    url: `${sources.huggingface.base}${pathname}/resolve/${revision ?? 'main'}/${file}`,
    ...{ sha256: sha256?.value ?? null, sizeBytes, magic: magics.gguf, inPackage: null },
  }
}

/** What makes the installer for Windows; the hash is the one that the builder itself holds it against. */
const nsis = {
  ...{ version: '3.12', release: 'nsis@1.2.1', file: 'nsis-bundle-3.12.tar.gz', licence: 'Zlib' },
  sha256: '56997fdefe25e7928a1a68b4583d08b240b66cf660234053b20131a74cc082f4',
} as const

const installerTool = (sources: Sources): Wanted => ({
  ...{ id: 'tool-nsis', kind: 'tool', name: 'NSIS, as the builder uses it', version: nsis.version, licence: nsis.licence },
  ...{ file: `tools/${nsis.file}`, source: 'builder', url: `${sources.builder.base}/${nsis.release}/${nsis.file}` },
  ...{ revision: nsis.release, sha256: nsis.sha256, sizeBytes: null, magic: magics.gzip, inPackage: null },
})

function ocrData(language: string, sources: Sources): Wanted {
  const data = ocrPackages.find((known) => known.language === language)
  if (data === undefined) refuse(`There is no OCR data for ${language} on record.`, 'Add its package to scripts/collect/ocr-data.ts.')
  const { packageName, version, licence } = data
  const tarball = `${packageName.split('/')[1]}-${version}.tgz`
  return {
    ...{ id: `ocr-${language}`, kind: 'ocr-data', name: `OCR data: ${language}`, version, licence, source: 'npm', revision: version },
    ...{ file: `ocr-data/${language}.traineddata.gz`, url: `${sources.npm.base}/${packageName}/-/${tarball}` },
    ...{ sha256: data.fileSha256, sizeBytes: data.fileBytes, magic: magics.gzip, inPackage: data },
  }
}

/** Refuses what stands in a profile and is known nowhere. */
export function wantedFor(profile: BundleProfile, platform: CollectPlatform, known: Known, sources: Sources): readonly Wanted[] {
  const models = profile.models.map(
    (id) =>
      known.models.find((listed) => listed.id === id) ??
      refuse(`The profile names ${id}, which no list knows.`, 'Correct models-manifest/.'),
  )
  return [
    ...(profile.shell === 'desktop' ? [electron(known, platform, sources)] : []),
    ...(profile.shell === 'desktop' && platforms[platform].os === 'win32' ? [installerTool(sources)] : []),
    ...models.map((listed) => model(listed, sources)),
    ...profile.ocrLanguages.map((language) => ocrData(language, sources)),
  ]
}

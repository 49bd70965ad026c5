/** What a file of the product is, by the name that its builder gave it: the appliance, or a package of the desktop; for which machine; in which edition. */
import type { ArtifactKind, Platform } from './artifact.ts'

export interface ProductFile {
  readonly kind: ArtifactKind
  readonly id: string
  /** The edition is in it, so that whoever stands at the gap sees which one comes. */
  readonly name: string
  readonly title: string
  readonly version: string
  readonly platform: Platform
}

const version = String.raw`(?<version>\d+\.\d+\.\d+)`
/** For which graphics processors, where that is not the usual; and the edition, where it is not the full one. */
const variant = '(?:-(?<gpu>vulkan|cuda|cpu))?(?<edge>-edge-only)?'
const machines: Readonly<Record<string, Platform>> = {
  ...{ 'linux-x64': 'linux-x64', amd64: 'linux-x64', x86_64: 'linux-x64' },
  ...{ 'linux-arm64': 'linux-arm64', arm64: 'linux-arm64', aarch64: 'linux-arm64', 'win-x64': 'win-x64' },
}

const forms: ReadonlyArray<readonly [ArtifactKind, string]> = [
  ['app', `holdfast-${version}-(?<machine>linux-x64|linux-arm64)${variant}\\.tar\\.zst`],
  ['deb', `holdfast${variant}_${version}_(?<machine>amd64|arm64)\\.deb`],
  ['rpm', `holdfast${variant}-${version}\\.(?<machine>x86_64|aarch64)\\.rpm`],
  ['zip', `Holdfast-${version}-(?<machine>win-x64)${variant}\\.zip`],
  ['installer', `Holdfast-${version}-(?<machine>win-x64)${variant}-setup\\.exe`],
]

/** Null for any other name, such as that of a product that is not for use. */
export function productOf(file: string): ProductFile | null {
  for (const [kind, form] of forms) {
    const found = new RegExp(`^${form}$`).exec(file)?.groups
    const platform = machines[found?.machine ?? '']
    if (found === undefined || platform === undefined) continue
    const { gpu, edge = '', version: of = '' } = found
    const said = [...(edge === '' ? [] : ['edge only']), ...(gpu === undefined ? [] : [gpu])]
    return {
      ...{ kind, version: of, platform, name: `holdfast${edge}-${platform}` },
      id: `${kind}${gpu === undefined ? '' : `-${gpu}`}${edge}-${platform}`,
      title: `Holdfast ${of}${said.length === 0 ? '' : ` (${said.join(', ')})`}${kind === 'app' ? '' : ', desktop'}`,
    }
  }
  return null
}

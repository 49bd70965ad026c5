/** The list of parts, as CycloneDX 1.6 in JSON: of what is really shipped, and the same bytes for the same parts. No clock, no dice. */
import { licenceOf } from './licences.ts'
import { findFrom, type Lock, nameAt } from './lock.ts'
import type { Part } from './parts.ts'
import type { Plan } from './plan.ts'

export interface Described {
  readonly version: string
  readonly platform: string
  readonly edition: string
  readonly gpu: string
  readonly lock: Lock
  readonly plan: Pick<Plan, 'places' | 'windowPlaces'>
  readonly parts: readonly Part[]
}

type Json = Readonly<Record<string, unknown>>

const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`
const licences = (expression: string | null): Json => {
  if (expression === null) return {}
  const isOne = /^[\w.+-]+$/.test(expression)
  return { licenses: isOne ? [{ license: { id: expression } }] : [{ expression }] }
}

/** npm writes its hashes in base64; CycloneDX wants hexadecimal digits. */
function hashesOf(integrity: string | undefined): Json {
  const digest = /^sha512-([A-Za-z0-9+/=]+)$/.exec(integrity ?? '')?.[1]
  return digest === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }
}

function packageComponent(lock: Lock, place: string, isInWindow: boolean): Json {
  const { name = nameAt(place), version = '', integrity } = lock.get(place) ?? {}
  return {
    ...{ type: 'library', 'bom-ref': place, name, version },
    ...(isInWindow ? { description: 'Part of the window, which is built from it.' } : {}),
    ...hashesOf(integrity),
    ...licences(licenceOf(lock, place)),
    purl: purlOf(name, version),
  }
}

function partComponent(part: Part, above: string): Json {
  const ref = `${above}${part.name}${part.version === null ? '' : `@${part.version}`}`
  return {
    ...{ type: part.name === 'node' ? 'platform' : 'library', 'bom-ref': ref, name: part.name },
    // Said aloud: a reader of lists would take what is absent for forgotten.
    ...(part.version === null ? { properties: [{ name: 'holdfast:release', value: 'unknown' }] } : { version: part.version }),
    description: part.description,
    ...(part.sha256 === null ? {} : { hashes: [{ alg: 'SHA-256', content: part.sha256 }] }),
    ...licences(part.licence),
    ...(part.purl === null ? {} : { purl: part.purl }),
    ...(part.inside.length === 0 ? {} : { components: part.inside.map((one) => partComponent(one, `${ref}/`)) }),
  }
}

/** Among the packages that are listed; what was left out is depended on by nobody here. */
function dependsOn(lock: Lock, place: string, listed: ReadonlySet<string>): readonly string[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = lock.get(place) ?? {}
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
  return [...new Set(names.flatMap((name) => findFrom(lock, place, name) ?? []))].filter((found) => listed.has(found)).sort()
}

export function sbom({ version, platform, edition, gpu, lock, plan, parts }: Described): string {
  const shipped = new Set(plan.places)
  const places = [...new Set([...plan.places, ...plan.windowPlaces])].sort()
  const listed = new Set(places)
  const product = 'holdfast'
  const partComponents = parts.map((part) => partComponent(part, 'part/'))
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': product, name: product, version, ...licences('Apache-2.0') },
        properties: [
          { name: 'holdfast:platform', value: platform },
          { name: 'holdfast:edition', value: edition },
          { name: 'holdfast:gpu', value: gpu },
        ],
      },
    },
    components: [...places.map((place) => packageComponent(lock, place, !shipped.has(place))), ...partComponents],
    dependencies: [
      { ref: product, dependsOn: [...dependsOn(lock, '', listed), ...partComponents.map((part) => String(part['bom-ref'])).sort()] },
      ...places.map((place) => ({ ref: place, dependsOn: dependsOn(lock, place, listed) })),
    ],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

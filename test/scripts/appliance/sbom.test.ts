/** The list of parts and the notices: made of what is shipped, by the letter of CycloneDX 1.6, and of nothing that nobody allowed. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { absentPackages, editions, leftOutPackages, standIns } from '../../../scripts/appliance/editions.ts'
import { isAllowed, licenceOf } from '../../../scripts/appliance/licences.ts'
import { readLock } from '../../../scripts/appliance/lock.ts'
import { notices } from '../../../scripts/appliance/notices.ts'
import { cratesNamedIn, type Part, partsOf } from '../../../scripts/appliance/parts.ts'
import { platforms } from '../../../scripts/appliance/platforms.ts'
import { sbom } from '../../../scripts/appliance/sbom.ts'
import { CycloneDx } from '../../support/cyclonedx.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const root = join(import.meta.dirname, '../../..')

const lockOf = (packages: object) => {
  const at = join(folder, `lock-${Math.random()}`)
  mkdirSync(at)
  writeFileSync(join(at, 'package-lock.json'), JSON.stringify({ packages }))
  return readLock(at)
}
const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
const lock = lockOf({
  '': { dependencies: { a: '1', unused: '1' }, optionalDependencies: { node: '1' } },
  'node_modules/a': { version: '1.0.0', license: 'MIT', integrity, dependencies: { b: '1', left: '1' } },
  'node_modules/a/node_modules/b': { name: 'real-b', version: '2.0.0', license: '(MIT AND Zlib)' },
  'node_modules/b': { version: '3.0.0', license: 'ISC' },
  'node_modules/@s/window': { version: '4.0.0-rc.1', license: 'Apache-2.0', dev: true },
  'node_modules/left': { version: '9.0.0', license: 'GPL-3.0-only' },
})
const bare = { licence: null, purl: null, sha256: null, inside: [], description: 'd' } as const
const parts: readonly Part[] = [
  { ...bare, name: 'node', version: '24.0.0', licence: 'MIT', sha256: 'a'.repeat(64), inside: [{ ...bare, name: 'v8', version: '13' }] },
  { ...bare, name: 'engine', version: null },
]
const plan = { places: ['node_modules/a', 'node_modules/a/node_modules/b'], windowPlaces: ['node_modules/@s/window', 'node_modules/a'] }
const described = { version: '0.1.0', platform: 'linux-x64', edition: 'full', gpu: 'none', lock, plan, parts }

describe('the list of parts', () => {
  test('has what is shipped and what the window is built from, each once, and what depends on what among them', () => {
    const document = CycloneDx.parse(JSON.parse(sbom(described)))
    expect(document.components.map((one) => [one['bom-ref'], one.name, one.version, one.purl])).toEqual([
      ['node_modules/@s/window', '@s/window', '4.0.0-rc.1', 'pkg:npm/%40s/window@4.0.0-rc.1'],
      ['node_modules/a', 'a', '1.0.0', 'pkg:npm/a@1.0.0'],
      ['node_modules/a/node_modules/b', 'real-b', '2.0.0', 'pkg:npm/real-b@2.0.0'],
      ['part/node@24.0.0', 'node', '24.0.0', undefined],
      ['part/engine', 'engine', undefined, undefined],
    ])
    expect(document.components[1]?.hashes).toEqual([{ alg: 'SHA-512', content: '07'.repeat(64) }])
    expect(document.components[2]?.licenses).toEqual([{ expression: '(MIT AND Zlib)' }])
    expect(document.components[3]?.components?.map((one) => one['bom-ref'])).toEqual(['part/node@24.0.0/v8@13'])
    expect(document.dependencies).toEqual([
      { ref: 'holdfast', dependsOn: ['node_modules/a', 'part/engine', 'part/node@24.0.0'] },
      { ref: 'node_modules/@s/window', dependsOn: [] },
      { ref: 'node_modules/a', dependsOn: ['node_modules/a/node_modules/b'] },
      { ref: 'node_modules/a/node_modules/b', dependsOn: [] },
    ])
  })

  test('is the same for the same parts, in whatever order they were found', () => {
    const again = { ...described, plan: { places: plan.places.toReversed(), windowPlaces: plan.windowPlaces.toReversed() } }
    expect(sbom(again)).toBe(sbom(described))
    expect(sbom(described)).not.toMatch(/timestamp|serialNumber/)
  })

  test('refuses what may not be shipped', () => {
    expect(() => sbom({ ...described, plan: { places: ['node_modules/left'], windowPlaces: [] } })).toThrow(/left is under GPL-3\.0-only/)
  })

  test('of the real packages it is by the letter, and has a licence for each', () => {
    const real = readLock(root)
    const places = [...real.keys()]
      .filter((place) => place !== '' && existsSync(join(root, place)))
      .filter((place) => isAllowed(real.get(place)?.license ?? ''))
    const document = CycloneDx.parse(JSON.parse(sbom({ ...described, lock: real, plan: { places, windowPlaces: [] } })))
    expect(document.components.length).toBeGreaterThan(300)
    const refs = document.components.map((one) => one['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
  })
})

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['(MIT AND Zlib)', true],
  ['GPL-3.0-or-later', false],
  ['(MIT AND GPL-3.0-or-later)', false],
  ['Apache-2.0 AND LGPL-3.0-or-later AND MIT', false],
  ['SEE LICENSE IN LICENSE.txt', false],
  ['BSD', false],
  ['((MIT OR X) AND Y)', false],
  ['', false],
])('whether %s is allowed: %s', (licence, expected) => expect(isAllowed(licence)).toBe(expected))

test('a package without a licence is refused by its name', () => {
  expect(() => licenceOf(lockOf({ 'node_modules/x': {} }), 'node_modules/x')).toThrow(/^x names no licence/)
})

test('crates are those that a library names, each once', () => {
  const text = [
    'lance-core-12.0.0/src/a.rs',
    'lance-core-12.0.0/src/b.rs',
    'h2-0.4.12/src/c.rs',
    'wasi-0.14.7+wasi-0.2.4/x.rs',
    'nonsense/x.rs',
  ]
  const bytes = Buffer.from(text.map((one) => `\0/home/x/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/${one}\0`).join('padding'))
  expect(cratesNamedIn(bytes).map(({ purl }) => purl)).toEqual([
    'pkg:cargo/h2@0.4.12',
    'pkg:cargo/lance-core@12.0.0',
    'pkg:cargo/wasi@0.14.7%2Bwasi-0.2.4',
  ])
})

test('notices hold each text once, under all that it is for, and name those that bring none', () => {
  const at = join(folder, 'notices')
  const put = (path: string, text: string) => {
    mkdirSync(join(at, path, '..'), { recursive: true })
    writeFileSync(join(at, path), text)
  }
  put('node_modules/a/LICENSE', 'The text.\r\n')
  put('node_modules/a/lib/license_header.js', 'export const code = 1')
  put('node_modules/a/node_modules/b/LICENSE.md', 'The text.')
  put('node_modules/@s/window/package.json', '{}')
  const text = notices({ root: at, lock, plan, parts })
  expect(text.match(/The text\./g)).toHaveLength(1)
  expect(text).toMatch(/a 1\.0\.0 \(MIT\)\nb 2\.0\.0 \(\(MIT AND Zlib\)\)\n=+\n\nThe text\./)
  expect(text).toContain('@s/window 4.0.0-rc.1 (Apache-2.0)\n')
  expect(text).toContain('engine, release unknown (no licence named): d')
  expect(text).not.toContain('export const code')
})

test('PDFium has its licence, and what is built into it is named by the build; what is not known is said to be unknown', () => {
  const pdfium = partsOf(join(root, 'node_modules'), platforms['linux-x64']).find(({ name }) => name === 'PDFium')
  expect(pdfium).toMatchObject({ version: null, licence: 'BSD-3-Clause AND Apache-2.0' })
  expect(pdfium?.inside.map(({ name }) => name)).toEqual(['FreeType', 'Little CMS', 'OpenJPEG', 'zlib'])
  const document = CycloneDx.parse(JSON.parse(sbom({ ...described, parts: pdfium === undefined ? [] : [pdfium] })))
  expect(document.components.at(-1)).toMatchObject({ name: 'PDFium', properties: [{ name: 'holdfast:release', value: 'unknown' }] })
  const text = notices({ root: folder, lock, plan: { places: [], windowPlaces: [] }, parts: pdfium === undefined ? [] : [pdfium] })
  expect(text).toContain('PDFium, release unknown (BSD-3-Clause AND Apache-2.0)')
  // Another package took a part of PDFium, with its licence as it stands there.
  const itsOwn = readFileSync(join(root, 'node_modules/pdfjs-dist/wasm/LICENSE_JBIG2'), 'utf8').trim()
  expect(itsOwn).toContain('Copyright 2014 The PDFium Authors')
  expect(text).toContain(itsOwn)
  expect(text).toMatch(/FreeType \(FTL\)\n[\s\S]*TO BE ADDED/)
})

describe('the editions', () => {
  test('each module that stands in for another is there, and imports none of what it stands in for', () => {
    for (const edition of editions) {
      for (const [path, by] of Object.entries(standIns[edition])) {
        const [from, to] = [path, by].map((file) => join(root, file.replace(/\.js$/, '.ts')))
        expect(existsSync(from ?? '')).toBe(true)
        const text = readFileSync(to ?? '', 'utf8')
        expect(text).toMatch(/^\/\*\* Stands in for /)
        expect(text.match(/^import (?!type )[^\n]*(serve\/|endpoint-client|undici)/gm) ?? []).toEqual([])
        // Under the name of the other it must export what is asked of it.
        const names = (file: string | undefined) =>
          [...readFileSync(file ?? '', 'utf8').matchAll(/^export (?:async )?(?:const|function) (\w+)/gm)].map(([, name]) => name)
        expect(names(from)).toEqual(expect.arrayContaining(names(to)))
        expect(names(to).length).toBeGreaterThan(0)
      }
    }
  })

  test('every package that is left out is one that something installed here names', () => {
    const lockedNames = [...readLock(root).keys()]
    for (const name of Object.keys(absentPackages)) expect(lockedNames).toContain(`node_modules/${name}`)
    for (const { pattern } of leftOutPackages)
      expect(lockedNames.some((place) => pattern.test(place.replace(/^.*node_modules\//, '')))).toBe(true)
    expect(globSync('scripts/appliance/absent/*.ts', { cwd: root })).toHaveLength(Object.keys(absentPackages).length)
  })
})

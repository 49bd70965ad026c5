import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readMap, withLists } from '../../scripts/write-lists.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

test('the generated lists of the map are current (npm run docs writes them)', () => {
  expect(withLists(readMap())).toBe(readMap())
})

test('every file that a document links to is there', () => {
  for (const file of ['README.md', 'main/README.md']) {
    for (const [, target] of read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(existsSync(join(root, file, '..', target ?? '')), `${file} → ${target}`).toBe(true)
    }
  }
})

test('every npm script that a document names exists', () => {
  for (const file of ['README.md', 'main/README.md']) {
    for (const [, name] of read(file).matchAll(/npm run (?:-s )?([a-z:-]+)/g)) expect(Object.keys(manifest.scripts), file).toContain(name)
  }
})

test('every library that ships is named with its reason', () => {
  const map = readMap()
  for (const name of Object.keys(manifest.dependencies)) expect(map, name).toContain(name)
})

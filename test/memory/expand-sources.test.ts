/** What an import opens: everything below a folder but the data folder itself, whose databases must never be opened by their path. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expandSource, isOwnFile } from '../../main/memory/expand-sources.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const home = temporaryFolder()
const data = join(home, 'station')
mkdirSync(join(data, 'blobs'), { recursive: true })
mkdirSync(join(home, 'station-notes'))
for (const file of ['station/holdfast.db', 'station/lock.db', 'station/blobs/a', 'station-notes/b.md', 'c.md'])
  writeFileSync(join(home, file), 'x')
const elsewhere = temporaryFolder()
symlinkSync(home, join(elsewhere, 'home'))

const namesIn = async (path: string) => {
  const found = await expandSource(path, data)
  return found.ok ? found.value.map(({ file }) => file) : found.error.code
}

describe('ING-01 S2 the data folder is never opened by path', () => {
  test('it is left out of a folder that holds it, and nothing else is', async () => {
    expect(await namesIn(home)).toEqual(['c.md', 'station-notes/b.md'])
  })

  test('it is refused itself, and so is what lies in it', async () => {
    expect(await namesIn(data)).toBe('import.own_data')
    expect(await namesIn(join(data, 'blobs'))).toBe('import.own_data')
    expect(await namesIn(join(data, 'lock.db'))).toBe('import.own_data')
  })

  test('also by another road', async () => {
    expect(await namesIn(join(elsewhere, 'home', 'station', 'lock.db'))).toBe('import.own_data')
    expect(await namesIn(join(elsewhere, 'home', 'station', '..', 'station'))).toBe('import.own_data')
    expect(await namesIn(`${join(elsewhere, 'home')}/station-notes/../station`)).toBe('import.own_data')
    expect(isOwnFile(join(elsewhere, 'home', 'station'), join(data, 'lock.db'))).toBe(true)
  })

  test('a path that does not exist is still listed, for its own outcome', async () => {
    expect(await namesIn(join(home, 'gone', 'd.md'))).toEqual(['d.md'])
  })
})

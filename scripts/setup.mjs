/**
 * Makes a fresh clone ready, on whatever Node is there (18 or newer): installs the packages when the lock file has changed, makes sure of
 * the project's own Node, builds the window when a start needs it, and hands over to a program. Says what it does on stderr; does
 * nothing when nothing is to do.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeMajor = 24
const limits = { beatMs: 5_000, lockStaleMs: 30_000, lockPollMs: 500, progressMs: 5_000 }

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = join(root, 'node_modules')
const lockFile = join(root, 'package-lock.json')
const isWindows = process.platform === 'win32'
const ownNode = join(packages, '.bin', isWindows ? 'node.cmd' : 'node')
const installStamp = join(packages, '.holdfast-setup.json')
const pageStamp = join(root, 'dist', 'renderer', '.built')
const desktopStamp = join(root, 'dist', '.desktop-built')

/** `setup.mjs [--build] [--run PROGRAM ARGS…]`: what stands after the program is the program's. */
const runAt = process.argv.indexOf('--run')
const options = process.argv.slice(2, runAt === -1 ? undefined : runAt)
const [program, ...programArgs] = runAt === -1 ? [] : process.argv.slice(runAt + 1)

const say = (text) => process.stderr.write(`holdfast setup: ${text}\n`)
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function fail(text) {
  say(text)
  process.exit(1)
}

/** Settings of the npm that runs this script which would make another npm install something else, or nothing. */
const foreignSettings = new Set(
  `global location prefix local_prefix global_prefix omit include only production
    dev optional dry_run package_lock package_lock_only workspace workspaces include_workspace_root ignore_scripts
    loglevel silent json parseable os cpu libc force legacy_peer_deps install_strategy call package`
    .split(/\s+/)
    .map((name) => `npm_config_${name}`),
)

function installEnvironment() {
  const env = {}
  for (const [name, value] of Object.entries(process.env)) {
    const key = name.toLowerCase()
    const isOfThisRun = /^npm_(lifecycle|package|command|node_execpath|execpath)/.test(key)
    if (!isOfThisRun && !foreignSettings.has(key) && key !== 'node_env') env[name] = value
  }
  return env
}

/** Runs a program with its output on stderr; resolves to its exit code. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
    child.once('error', (error) => {
      say(`${command} cannot be run: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex')

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** Whether what npm noted to have installed is there and is what the lock file says: then someone has run npm by hand. */
function isSameAsLock() {
  const installed = readJson(join(packages, '.package-lock.json')).packages ?? {}
  const wanted = readJson(lockFile).packages ?? {}
  const isSame = ([path, { version, integrity }]) =>
    wanted[path]?.version === version && wanted[path]?.integrity === integrity && existsSync(join(root, path))
  const isThere = ([path, { optional }]) => path === '' || optional === true || path in installed
  return Object.entries(installed).every(isSame) && Object.entries(wanted).every(isThere)
}

function isInstalled() {
  if (!existsSync(ownNode)) return false
  if (readJson(installStamp).lock === lockHash()) return true
  if (!isSameAsLock()) return false
  checkNode()
  writeFileSync(installStamp, `${JSON.stringify({ lock: lockHash() })}\n`)
  return true
}

function countPackages(folder) {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
    return names.reduce((sum, name) => sum + (name.startsWith('@') ? readdirSync(join(folder, name)).length : 1), 0)
  } catch {
    return 0
  }
}

async function install() {
  const total = Object.keys(readJson(lockFile).packages ?? {}).filter((path) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)).length
  say(`installing up to ${total} packages from the lock file (no install scripts)`)
  const startedAt = Date.now()
  const timer = setInterval(() => {
    say(`installing: ${countPackages(packages)} of ${total} packages, ${Math.round((Date.now() - startedAt) / 1000)} s`)
  }, limits.progressMs)
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const node = process.env.npm_node_execpath ?? process.execPath
  const env = installEnvironment()
  // The npm that runs this script, with the Node that runs that npm: neither lies in the folder that is about to be replaced.
  const isScript = npm !== undefined && /\.[cm]?js$/.test(npm)
  const code = isScript
    ? await run(node, [npm, ...args], { env })
    : await run(isWindows ? 'npm.cmd' : 'npm', args, { env, shell: isWindows })
  clearInterval(timer)
  if (code !== 0) fail('npm ci failed. Its message is above; without a network, bring its cache along (npm ci --offline --cache DIR).')
  checkNode()
  writeFileSync(installStamp, `${JSON.stringify({ lock: lockHash() })}\n`)
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}

/** Everything else runs on the Node that comes with the project. */
function checkNode() {
  const platform = `${process.platform}-${process.arch}`
  if (!existsSync(ownNode)) fail(`there is no Node ${nodeMajor} for ${platform} among the packages; this platform is not supported.`)
  const said = spawnSync(ownNode, ['--version'], { encoding: 'utf8', shell: isWindows })
  const version = String(said.stdout ?? '').trim()
  if (!version.startsWith(`v${nodeMajor}.`))
    fail(`the Node of the project is ${version || 'not runnable'}, expected ${nodeMajor}. Delete node_modules and try again.`)
}

/** The time of the newest file below these folders. */
function newest(...paths) {
  let latest = 0
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) continue
    latest = Math.max(latest, found.mtimeMs)
    if (found.isDirectory()) latest = Math.max(latest, newest(...readdirSync(path).map((name) => join(path, name))))
  }
  return latest
}

const builtAt = (stamp) => statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
const isPageStale = () =>
  newest(join(root, 'renderer'), join(root, 'main', 'domain'), join(root, 'main', 'contract'), lockFile) > builtAt(pageStamp)
const hasDesktop = () => existsSync(join(packages, 'electron', 'path.txt'))
const isDesktopStale = () => hasDesktop() && newest(join(root, 'main'), lockFile) > builtAt(desktopStamp)

const tool = (...path) => join(packages, ...path)

/** A stamp bears the time at which the build began, so that what changed meanwhile counts as changed. */
async function build(what, stamp, args) {
  const beganAt = new Date()
  say(`building ${what}`)
  if ((await run(ownNode, args, { shell: isWindows })) !== 0) fail(`${what} could not be built. The message is above.`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  utimesSync(stamp, beganAt, beganAt)
  say(`built ${what} in ${((Date.now() - beganAt.getTime()) / 1000).toFixed(1)} s`)
}

const setupLock = join(root, 'dist', '.setup.lock')

/** Whether the process that wrote the lock is gone. It touches the file while it works. */
function isAbandoned() {
  try {
    if (Date.now() - statSync(setupLock).mtimeMs > limits.lockStaleMs) return true
    process.kill(Number(readFileSync(setupLock, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** One set-up at a time: a second waits, and then finds nothing left to do. */
async function withLock(work) {
  mkdirSync(dirname(setupLock), { recursive: true })
  const own = `${setupLock}.${process.pid}`
  writeFileSync(own, String(process.pid))
  let hasSaid = false
  for (;;) {
    try {
      linkSync(own, setupLock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned()) {
      try {
        renameSync(setupLock, `${own}.old`)
        rmSync(`${own}.old`, { force: true })
      } catch {
        // Another waiter was faster.
      }
      continue
    }
    if (!hasSaid) say('waiting for another set-up of this folder')
    hasSaid = true
    await wait(limits.lockPollMs)
  }
  rmSync(own, { force: true })
  const beat = setInterval(() => utimesSync(setupLock, new Date(), new Date()), limits.beatMs)
  const release = () => rmSync(setupLock, { force: true })
  process.once('exit', release)
  const stop = () => process.exit(1)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  try {
    await work()
  } finally {
    for (const signal of signals) process.off(signal, stop)
    clearInterval(beat)
    process.off('exit', release)
    release()
  }
}

async function main() {
  const isStarting = options.includes('--build')
  const isReady = () => isInstalled() && !(isStarting && (isPageStale() || isDesktopStale()))
  if (isReady()) return
  // On Windows a running program cannot be replaced: step aside when this is the Node that is about to be installed anew.
  const outer = process.env.npm_node_execpath
  if (isWindows && outer !== undefined && process.execPath.startsWith(packages) && !outer.startsWith(packages))
    process.exit(spawnSync(outer, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1)
  await withLock(async () => {
    if (!isInstalled()) await install()
    if (!isStarting) return
    if (isPageStale()) await build('the window', pageStamp, [tool('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', 'renderer'])
    if (isDesktopStale()) await build('the desktop', desktopStamp, [tool('typescript', 'bin', 'tsc'), '-b', 'main'])
  })
}

/** Hands over to a program on the project's own Node. The shell that runs an npm script may have remembered another one. */
function handOver(program, args) {
  // A command file on Windows would need a shell, which takes arguments apart.
  const binary = isWindows ? join(packages, `node-win-${process.arch}`, 'bin', 'node.exe') : ownNode
  const child = spawn(binary, [join(root, program), ...args], { stdio: 'inherit' })
  // Ctrl-C reaches both; whoever ends this one alone means the program.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => fail(`${program} cannot be run: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

await main()
if (program !== undefined) handOver(program, programArgs)

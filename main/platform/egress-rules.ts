/** What each part of the product may do past the guard without a permit. Rules are data and pure questions: nothing here opens, starts or listens. */
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'
import type { EgressPart } from '../domain/egress.ts'
import { clamscan, scanArguments } from './scanner-command.ts'

/** A program as it would be started: `args` without the name it is told as its own. */
export interface Program {
  readonly file: string
  readonly args: readonly string[]
}

export interface EgressRules {
  readonly part: EgressPart
  /** Connections and datagrams to this machine itself. The product needs none: its parts speak over local sockets and channels. */
  readonly isLoopbackOpen: boolean
  /** Servers on loopback and on local sockets. */
  readonly mayListen: boolean
  /** Unix sockets and named pipes: others on this machine may resolve names or reach further. */
  mayReach(path: string): boolean
  mayStart(program: Program): boolean
  /** `process.binding`, the inspector, threads for loader hooks, native modules from elsewhere. */
  readonly areBackDoorsOpen: boolean
}

const mainFolder = join(import.meta.dirname, '..')
const ending = /\.[jt]s$/
/** Loaded by every child and worker before anything else. */
export const firstModule = (name: 'child' | 'worker'): string =>
  join(import.meta.dirname, `guard-${name}${ending.exec(import.meta.filename)?.[0] ?? '.js'}`)

const isInside = (folder: string, path: string): boolean => resolve(path).startsWith(folder + sep)
const ownFlag = /^--(permission|allow-fs-read=.+|disable-warning=\w+)$/

/** Our own Node on one of our own files, with flags that only narrow, and the guard in front. */
export function isOwnEntry({ file, args }: Program, node: string = process.execPath): boolean {
  if (file !== node) return false
  const at = args.findIndex((arg) => !arg.startsWith('-'))
  const script = args[at]
  const flags = args.slice(0, at)
  return (
    script !== undefined &&
    isAbsolute(script) &&
    isInside(mainFolder, script) &&
    ending.test(script) &&
    flags.includes(`--require=${firstModule('child')}`) &&
    flags.every((flag) => ownFlag.test(flag) || flag === `--require=${firstModule('child')}`)
  )
}

const isolation = ['--user', '--map-current-user', '--net', '--']

/** The same in an empty network namespace; or only a look whether the system gives one. */
function isIsolated({ file, args }: Program): boolean {
  const [command, ...rest] = args.slice(isolation.length)
  if (file !== 'unshare' || command === undefined || !isolation.every((arg, i) => args[i] === arg)) return false
  const isLook = command === process.execPath && rest.length === 1 && rest[0] === '--version'
  return isLook || isOwnEntry({ file: command, args: rest })
}

const openers: ReadonlyArray<readonly string[]> = [['xdg-open'], ['open'], ['cmd.exe', '/c', 'start', '""']]

/** The person's browser on a page that the console wrote; never on an address. */
function isOpener({ file, args }: Program): boolean {
  const [before, page] = [args.slice(0, -1), args.at(-1) ?? '']
  const isKnown = openers.some(
    ([name, ...own]) => name === file && own.length === before.length && own.every((arg, i) => arg === before[i]),
  )
  return isKnown && isAbsolute(page) && /^open-[0-9a-f]{16}\.html$/.test(basename(page))
}

/** The desktop's window beside this core. */
const isWindow = ({ file, args }: Program): boolean =>
  file.includes(`${sep}node_modules${sep}electron${sep}dist${sep}`) &&
  (args[0] ?? '').endsWith(join('main', 'electron', 'main.js')) &&
  args.slice(1).every((arg) => /^--(data|node|core)=/.test(arg))

/** Where an administrator's tools lie: not looked for in a path that others could have set. */
export const systemctl = '/usr/bin/systemctl'
export const nft = '/usr/sbin/nft'

/** What the system says of its own walls: the service manager over a local socket, the kernel's firewall. Questions alone, no changes. */
const isWallQuestion = ({ file, args }: Program): boolean =>
  (file === nft && args.join(' ') === 'list table inet holdfast') || isUnitQuestion({ file, args })
const isUnitQuestion = ({ file, args }: Program): boolean =>
  file === systemctl &&
  args.length === 3 &&
  args[0] === 'show' &&
  /^--property=[\w,]+$/.test(args[1] ?? '') &&
  /^[\w@.-]+\.\w+$/.test(args[2] ?? '')

/** The machine's scanner on a file in quarantine. */
const isScan = ({ file, args }: Program): boolean =>
  file === clamscan &&
  args.length === scanArguments.length + 1 &&
  scanArguments.every((arg, i) => args[i] === arg) &&
  /\/quarantine\/[0-9a-f]{64}\/[0-9a-f]{64}$/.test(args.at(-1) ?? '')

/** Another release of this installation, which looks at a copy of the store before it serves. */
function isSlotTrial({ file, args }: Program): boolean {
  const slot = dirname(file)
  return (
    /^node(\.exe)?$/.test(basename(file)) &&
    basename(dirname(slot)) === 'slots' &&
    mainFolder.startsWith(dirname(slot) + sep) &&
    args.length === 5 &&
    args[0] === join(slot, 'dist', 'main', 'cli', 'holdfast.js') &&
    args.slice(1, 4).join(' ') === 'doctor --json --data' &&
    basename(dirname(args[4] ?? '')) === 'trials'
  )
}

/** A core behind the window: the Node and the file that were named at its start. */
const isCore = ({ file, args }: Program): boolean =>
  /^node(\.exe)?$/.test(basename(file)) &&
  isAbsolute(args[0] ?? '') &&
  /^start\.[jt]s$/.test(basename(args[0] ?? '')) &&
  basename(dirname(args[0] ?? '')) === 'cli' &&
  args[1] === '--core' &&
  args[2] === '--data' &&
  args.length === 4

/** The library's own look whether its binary works, which it takes in a process of its own. */
const isBinaryTest = ({ file, args }: Program): boolean =>
  file === process.execPath &&
  args.at(-1)?.endsWith(join('node_modules', 'node-llama-cpp', 'dist', 'bindings', 'utils', 'testBindingBinary.js')) === true &&
  args.slice(0, -1).every((flag) => ownFlag.test(flag) || flag === `--require=${firstModule('child')}`)

/** A core's own socket, and the system journal's. */
function isOwnSocket(path: string): boolean {
  if (process.platform === 'win32') return /^\\\\\.\\pipe\\holdfast-[0-9a-f]{16}$/.test(path)
  return path === '/run/systemd/journal/stdout' || /^holdfast-\d+\/[0-9a-f]{16}\.sock$/.test(path.split('/').slice(-2).join('/'))
}

const closed = {
  ...{ isLoopbackOpen: false, mayListen: false, areBackDoorsOpen: false },
  mayReach: () => false,
  mayStart: () => false,
} as const

export const coreRules: EgressRules = {
  ...closed,
  part: 'core',
  mayListen: true,
  mayReach: isOwnSocket,
  mayStart: (program) =>
    [isOwnEntry, isIsolated, isOpener, isWindow, isWallQuestion, isScan, isSlotTrial].some((isAllowed) => isAllowed(program)),
}
export const desktopRules: EgressRules = { ...closed, part: 'desktop', mayReach: isOwnSocket, mayStart: isCore }
/** The core knows which child it is, and puts the name in. */
export const childRules: EgressRules = { ...closed, part: 'core', mayStart: isBinaryTest }
export const workerRules: EgressRules = { ...closed, part: 'worker' }

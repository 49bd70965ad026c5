/**
 * A machine with nothing on it: a root folder that holds the C library with its loader, the libraries that Node itself needs, one POSIX
 * shell, and what is put in by name. Programs run in it without any network but their own loopback, and may not write where they lie.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Said } from './command.ts'

/** What ldd names for Node and every native module of the appliance, and nothing more. */
export const libraries = [
  ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'librt.so.1'],
  ...['libstdc++.so.6', 'libgcc_s.so.1'],
] as const

const runMsMax = 60_000
const loader = '/lib64/ld-linux-x86-64.so.2'
const libraryFolder = '/lib/x86_64-linux-gnu'

/** Runs as the first program of its namespaces: `$1` is mounted into the root `$2`, and the rest is run there. */
const enter = `
set -e
delivered=$1 root=$2
shift 2
mount --bind "$delivered" "$root/opt/holdfast"
mount -o remount,ro,bind "$root/opt/holdfast"
mount --bind /dev/null "$root/dev/null"
mount --rbind /proc "$root/proc"
ip link set lo up
exec chroot "$root" /bin/sh -c 'unset OLDPWD PWD; export HOME=/home PATH=/bin; cd /home; exec "$@"' sh "$@"
`
const namespaces = ['-r', '-m', '-n']

/** Null where this system permits it, else why not. */
export function whyNoBareRoot(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this is no Linux on x64'
  const { status } = spawnSync('unshare', [
    ...namespaces,
    'sh',
    '-ec',
    'mount --bind /proc /proc; ip link set lo up; chroot / /bin/sh -c true',
  ])
  return status === 0 ? null : 'this system permits no namespaces of its own, or has no unshare, mount, ip or chroot'
}

export interface BareRoot {
  /** The home folder of who runs things there, as it is called here. */
  readonly home: string
  start(args: readonly string[]): Started
  /** Beside a program that runs there: in its network, and with its root. */
  beside(started: Started, args: readonly string[]): Started
}

export interface Started {
  readonly process: ChildProcess
  /** What it said when it has ended. */
  readonly said: Promise<Said>
}

function run(command: string, args: readonly string[]): Started {
  // Whatever a test forgot ends by itself.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH }, timeout: runMsMax })
  const parts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      parts[name] += text
    })
  }
  const said = new Promise<Said>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...parts }))
  })
  return { process: child, said }
}

/** `delivered` appears as `/opt/holdfast`. */
export function makeBareRoot(root: string, delivered: string): BareRoot {
  for (const folder of ['bin', 'dev', 'home', 'opt/holdfast', 'proc', 'tmp']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'dev/null'), '')
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    copyFileSync(realpathSync(from), join(root, to))
  }
  put('/bin/sh', '/bin/sh')
  put(loader, loader)
  for (const name of libraries) put(join(libraryFolder, name), join(libraryFolder, name))
  return {
    home: join(root, 'home'),
    // Each step hands over its process to the next, so that it is the program itself in the end.
    start: (args) => run('unshare', [...namespaces, 'sh', '-c', enter, 'sh', delivered, root, ...args]),
    beside: (started, args) =>
      run('nsenter', [`-t${started.process.pid}`, '-U', '-m', '-n', '-r', '--preserve-credentials', '--', ...args]),
  }
}

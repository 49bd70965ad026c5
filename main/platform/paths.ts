/** Where everything lies: the data folder and what is in it, and the core's local socket. Nothing else is ever written. */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import { defaultTenant, TenantId } from '../domain/tenant.ts'
import type { Paths } from '../world.ts'

const folderMode = 0o700
const othersMask = 0o077

/** The platform's application-data folder for this product. */
export const defaultDataFolder = (): string => envPaths('holdfast', { suffix: '' }).data

/** `HOLDFAST_TENANT` says whose holdings a shell opens; told by the environment, it reaches a core that a desktop starts. */
export function tenantFromEnvironment(): Result<string> {
  const tenant = TenantId.safeParse(process.env.HOLDFAST_TENANT ?? defaultTenant)
  if (tenant.success) return ok(tenant.data)
  return fail('core.bad_tenant', 'HOLDFAST_TENANT names no tenant.', 'Use lower-case letters, digits and hyphens, at most 32.')
}

/** A folder given by a person, relative to where that person stood. */
export const fromInvocation = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path)

/** Two spellings of one folder must meet at one socket. */
function canonical(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}

const isWindows = process.platform === 'win32'
const socketFolder = (base: string): string => join(base, `holdfast-${process.getuid?.() ?? 0}`)

/**
 * Addresses at which a core may listen for this tenant of a data folder. It takes the first; a client tries all, since a service and a login
 * session have different environments. Unix socket paths hold about 100 bytes, hence the hash.
 */
export function socketAddresses(dataFolder: string, tenant: string = defaultTenant): readonly string[] {
  const owner = tenant === defaultTenant ? '' : `\0${tenant}`
  const name = createHash('sha256')
    .update(`${canonical(dataFolder)}${owner}`)
    .digest('hex')
    .slice(0, 16)
  if (isWindows) return [`\\\\.\\pipe\\holdfast-${name}`]
  const runtime = process.env.XDG_RUNTIME_DIR
  const bases = [...(runtime ? [runtime] : []), tmpdir(), `/run/user/${process.getuid?.() ?? 0}`, '/tmp']
  return [...new Set(bases.map((base) => join(socketFolder(base), `${name}.sock`)))]
}

export function createPaths(dataFolder: string, tenant: string = defaultTenant): Paths {
  const data = resolve(dataFolder)
  return {
    data,
    database: join(data, 'holdfast.db'),
    lockDatabase: join(data, 'lock.db'),
    blobs: join(data, 'blobs'),
    models: join(data, 'models'),
    vectors: join(data, 'vectors'),
    uploads: join(data, 'uploads'),
    agents: join(data, 'agents'),
    runs: join(data, 'runs'),
    logs: join(data, 'logs'),
    keys: join(data, 'keys'),
    auditMark: join(data, 'audit-high-water.json'),
    auditVerdict: join(data, 'audit-verdict.json'),
    exports: join(data, 'exports'),
    airgap: join(data, 'airgap'),
    backups: join(data, 'backups'),
    damaged: join(data, 'damaged'),
    children: join(data, 'children'),
    socket: socketAddresses(data, tenant)[0] ?? join(data, 'core.sock'),
  }
}

/** Why this account should not put its secrets in an existing folder, or null. Links are not followed. */
export function folderFault(folder: string): Failure | null {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined || !found.isDirectory())
    return { code: 'core.folder_refused', message: `${folder} is not a folder.`, hint: 'Name another folder.' }
  if (isWindows) return null
  if (found.uid !== process.getuid?.())
    return { code: 'core.folder_refused', message: `${folder} belongs to another account.`, hint: 'Name a folder of your own.' }
  if ((found.mode & othersMask) === 0) return null
  return {
    code: 'core.folder_open',
    message: `Other accounts can enter ${folder}.`,
    hint: 'Close it with chmod 700, or name another folder.',
  }
}

/** Makes sure of a folder that only this account can enter. An existing folder is closed to others only while it is empty. */
export function ensurePrivateFolder(folder: string): Result<null> {
  try {
    mkdirSync(folder, { recursive: true, mode: folderMode })
    const real = realpathSync(folder)
    if (folderFault(real)?.code === 'core.folder_open' && readdirSync(real).length === 0) chmodSync(real, folderMode)
    const fault = folderFault(real)
    return fault === null ? ok(null) : { ok: false, error: fault }
  } catch {
    return fail('core.folder_refused', `${folder} cannot be created or read.`, 'Name a folder that you can write.')
  }
}

/** The data folder and its inner folders, private to this account. Call it after the lock is held. */
export function createFolders(paths: Paths): Result<null> {
  for (const folder of [paths.data, paths.blobs, paths.models, paths.vectors, paths.uploads, paths.logs]) {
    const made = ensurePrivateFolder(folder)
    if (!made.ok) return made
  }
  return ok(null)
}

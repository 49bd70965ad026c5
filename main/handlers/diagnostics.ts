/**
 * What somebody elsewhere needs to find out why this station fails: plain files in a folder of their own, each short enough to be read before any of
 * it leaves. No text of a document, a model or a person, no key, no address, and neither the account nor the machine by name.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { arch, cpus, freemem, homedir, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { DoctorCheck } from '../contract/models.ts'
import type { Handlers } from '../dispatch.ts'
import { fail, ok } from '../domain/result.ts'
import { logFiles } from '../telemetry/log.ts'
import type { Services } from './services.ts'

const limits = { logLines: 2_000, lineChars: 2_000 } as const

const full = fail(
  'diagnostics.not_written',
  'The folder for diagnostics could not be written.',
  'Free some space on the disk of the data folder.',
)

/** In place of what would name a person, a machine or a place in its file system. Longer ones first: one may stand in another. */
export function createBlackout(names: Readonly<Record<string, string>>): (text: string) => string {
  const known = Object.entries(names)
    .filter(([name]) => name.length >= 2)
    .sort(([a], [b]) => b.length - a.length)
  // Times of the day go with the addresses of the longer kind; better too much than too little.
  const address = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}\b/gi
  return (text) => known.reduce((sum, [name, word]) => sum.replaceAll(name, word), text).replaceAll(address, '<address>')
}

const readme = `Diagnostics of a Holdfast station. Read every file before it leaves this machine; all of them are plain text.

self-check.json  what the self-check found
machine.json     the machine and the program, by kinds and numbers
bundles.json     which air-gap bundles are here, by digests and versions
events.json      how often each kind of event stands in the log
log.jsonl        the last lines of the core's log: kinds of errors and places in the program

Left out on purpose: text of documents, models and people, titles and names of files, keys, endpoints, accounts, the name of this machine.
`

export const diagnosticsHandlers = (
  services: Services,
  check: (account: string) => Promise<readonly DoctorCheck[]>,
): Pick<Handlers, 'station.diagnostics'> => ({
  'station.diagnostics': async (_input, { account }) => {
    const { paths, clock, version, boot, bundles, db, tenant, stationName, redact } = services
    const hide = createBlackout({
      [paths.data]: '<data>',
      [homedir()]: '<home>',
      [account]: '<account>',
      [services.account]: '<account>',
      [stationName]: '<machine>',
    })
    const write = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
    const kinds = db
      .prepare<[string], { type: string; count: number }>(
        'SELECT type, count(*) AS count FROM events WHERE tenant_id = ? GROUP BY type ORDER BY type',
      )
      .all(tenant)
    const trust = bundles.trust()
    const { current, previous, pinned } = bundles.slots()
    const [cpu] = cpus()
    const log = [...logFiles].reverse().flatMap((name) => {
      try {
        return readFileSync(join(paths.logs, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      } catch {
        return []
      }
    })
    const files: Readonly<Record<string, string>> = {
      'README.txt': readme,
      'self-check.json': write(await check(account)),
      'machine.json': write({
        ...{ version, boot, at: new Date(clock()).toISOString(), node: process.versions.node, platform: platform(), arch: arch() },
        ...{ kernel: release(), glibc: bundles.machine().glibc, cpu: cpu?.model ?? null, cores: cpus().length },
        ...{ memoryBytes: totalmem(), freeMemoryBytes: freemem(), freeDiskBytes: bundles.machine().freeBytes },
        app: bundles.apps === null ? null : { running: bundles.apps.running, next: bundles.apps.next() },
      }),
      'bundles.json': write({
        trust: trust.ok
          ? trust.value === null
            ? null
            : { root: trust.value.root.root.version, purpose: trust.value.root.root.purpose }
          : trust.error.code,
        ...{ current, previous, pinned },
        releases: bundles.releases.list().map(({ digest, manifest }) => ({ digest, version: manifest.version, seq: manifest.seq })),
      }),
      'events.json': write(Object.fromEntries(kinds.map(({ type, count }) => [type, count]))),
      'log.jsonl': log
        .slice(-limits.logLines)
        // Cut off before it was blacked out, the half of a name would stay.
        .map((line) => `${redact(hide(line)).slice(0, limits.lineChars)}\n`)
        .join(''),
    }
    const folder = join(paths.exports, `diagnostics-${new Date(clock()).toISOString().replaceAll(/[:.]/g, '-')}`)
    try {
      mkdirSync(`${folder}.partial`, { recursive: true, mode: 0o700 })
      for (const [name, text] of Object.entries(files)) writeFileSync(join(`${folder}.partial`, name), redact(hide(text)), { mode: 0o600 })
      renameSync(`${folder}.partial`, folder)
    } catch {
      rmSync(`${folder}.partial`, { recursive: true, force: true })
      return full
    }
    return ok({ folder, files: Object.entries(files).map(([name, text]) => ({ name, sizeBytes: Buffer.byteLength(redact(hide(text))) })) })
  },
})

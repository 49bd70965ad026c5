/** `holdfast bundle trust|load|status|activate|rollback|pin|fsck|gc|export`: the receiving side, on a core. */
import type { BundleRelease, BundleStatus, BundleWork } from '../contract/bundles.ts'
import type { CallOutput } from '../contract/calls.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { formatBytes } from '../domain/airgap/sums.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { describePlaced } from './bundle-placed.ts'
import { grouped } from './bundle-roots.ts'
import type { CommandCore } from './core.ts'
import { bytesDone, createStatusLine, plain, type Spoken } from './output.ts'

const pollMs = 200
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const ambiguous = (given: string, count: number) =>
  count === 0
    ? fail('bundle.unknown', `This station has no bundle ${plain(given)}.`, 'See what it has: holdfast bundle status.')
    : fail('bundle.ambiguous', `${count} bundles here are called ${plain(given)}.`, 'Give more of the digest: holdfast bundle status.')

const stateWords = { active: 'active', previous: 'before', kept: 'kept' } as const

function describeRelease({ digest, version, channel, seq, state, isPinned, isUsable, items, receipt }: BundleRelease): string {
  const marks = [isPinned ? 'pinned' : '', isUsable ? '' : 'CALLED BACK', receipt?.acceptedUnscanned == null ? '' : 'not scanned'].filter(
    (mark) => mark !== '',
  )
  const size = formatBytes(items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  return `  ${stateWords[state].padEnd(7)} ${version.padEnd(10)} ${channel} ${seq}  ${digest.slice(0, 12)}  ${items.length} items, ${size}${marks.length === 0 ? '' : `  (${marks.join(', ')})`}`
}

function describe({ trust, trouble, releases, quarantined, storeBytes, work }: BundleStatus): readonly string[] {
  return [
    ...(trouble === null ? [] : [`! ${trouble.message}`, `  ${trouble.hint}`]),
    ...(trust === null
      ? ['Nobody has said yet whose bundles this station takes: holdfast bundle trust DIR --fingerprint HEX']
      : [
          `${trust.purpose === 'development' ? 'DEVELOPMENT ROOT' : 'Root'} version ${trust.rootVersion}, fingerprint ${grouped(trust.fingerprint)}`,
          ...trust.roles.map(
            ({ role, threshold, keys }) =>
              `  ${role.padEnd(7)} ${threshold} of ${keys.length}: ${keys.map(({ name, keyId }) => plain(name ?? keyId)).join(', ')}`,
          ),
          `  no time before ${trust.timeFloor} can be now`,
        ]),
    ...(releases.length === 0 ? ['No bundle was taken yet.'] : ['Bundles', ...releases.map(describeRelease)]),
    ...quarantined.map(({ digest, bytes }) => `  begun   ${digest.slice(0, 12)}  ${formatBytes(bytes)} in quarantine`),
    `${formatBytes(storeBytes)} in the store`,
    ...(work === null || work.state !== 'running' ? [] : [`Under way: ${work.kind}, ${work.step}`]),
  ]
}

/** A digest from its beginning, or a version. */
export async function digestOf(core: CommandCore, given: string): Promise<Result<string>> {
  const status = await core.call('bundles.status', {})
  if (!status.ok) return status
  const found = status.value.releases.filter(({ digest, version }) => version === given || (given.length >= 4 && digest.startsWith(given)))
  const [only] = found
  return only !== undefined && found.length === 1 ? ok(only.digest) : ambiguous(given, found.length)
}

const workLine = ({ step, done, total }: BundleWork): string => `${step}  ${total > 1_000 ? bytesDone(done, total) : ''}`

/** Shows how far the work is, until it is over. */
export async function follow(core: CommandCore, started: Result<BundleWork>): Promise<Result<BundleWork>> {
  if (!started.ok) return started
  const line = createStatusLine()
  try {
    for (;;) {
      const status = await core.call('bundles.status', {})
      if (!status.ok) return status
      const { work } = status.value
      if (work === null || work.state !== 'running') {
        if (work?.failure != null) return { ok: false, error: work.failure }
        return ok(work ?? started.value)
      }
      line.show(workLine(work))
      await wait(pollMs)
    }
  } finally {
    line.clear()
  }
}

/** Documents come in while others work. A core that lives as long as this command is not left before they have. */
async function followDocuments(core: CommandCore): Promise<Result<CallOutput<'bundles.placed'>>> {
  const line = createStatusLine()
  try {
    for (;;) {
      const placed = await core.call('bundles.placed', {})
      const open = placed.ok && core.isOwn ? placed.value.datasets.filter(({ state }) => state === 'importing') : []
      if (open.length === 0) {
        await core.idle()
        return placed
      }
      line.show(open.map(({ title, documents, files }) => `${plain(title)}  ${documents} of ${files} documents`).join(', '))
      await wait(pollMs)
    }
  } finally {
    line.clear()
  }
}

/** Shows how far the work is that a call waits for. */
async function withProgress<T>(core: CommandCore, asked: Promise<Result<T>>): Promise<Result<T>> {
  const line = createStatusLine()
  let isOver = false
  const over = asked.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await Promise.race([over, wait(pollMs)])
    const status = isOver ? null : await core.call('bundles.status', {})
    if (status?.ok === true && status.value.work !== null) line.show(workLine(status.value.work))
  }
  line.clear()
  return over
}

export async function bundleStatus(core: CommandCore): Promise<Result<Spoken<CommandOutput<'bundle status'>>>> {
  const status = await core.call('bundles.status', {})
  if (!status.ok) return status
  const placed = await core.call('bundles.placed', {})
  if (!placed.ok) return placed
  return ok({
    value: { ...status.value, placed: placed.value },
    lines: [...describe(status.value), ...describePlaced(placed.value)],
    isFailure: status.value.trouble !== null,
  })
}

export async function bundleTrust(
  core: CommandCore,
  folder: string,
  { fingerprint }: { readonly fingerprint: string },
): Promise<Result<Spoken<CommandOutput<'bundle trust'>>>> {
  const hex = fingerprint.replaceAll(/\s/g, '').toLowerCase()
  const trusted = await core.call('bundles.trust', { path: fromInvocation(folder), fingerprint: hex })
  return trusted.ok ? ok({ value: trusted.value, lines: describe(trusted.value) }) : trusted
}

export async function bundleLoad(
  core: CommandCore,
  folder: string,
  { acceptUnscanned }: { readonly acceptUnscanned?: string },
): Promise<Result<Spoken<CommandOutput<'bundle load'>>>> {
  const done = await follow(
    core,
    await core.call('bundles.load', { path: fromInvocation(folder), acceptUnscanned: acceptUnscanned ?? null }),
  )
  if (!done.ok) return done
  const { state, volumes, missing, digest } = done.value
  if (state === 'waiting') {
    const lines = [
      `Volumes ${volumes?.seen.join(', ') ?? ''} of ${volumes?.of ?? ''} are here. Still missing:`,
      ...missing.slice(0, 20).map((path) => `  ${plain(path)}`),
      'Bring the next volume, in any order: holdfast bundle load DIR',
    ]
    return ok({ value: done.value, lines })
  }
  return ok({
    value: done.value,
    lines: [`Taken in: ${digest ?? ''}`, `Nothing of it serves yet: holdfast bundle activate ${(digest ?? '').slice(0, 12)}`],
  })
}

export async function bundleActivate(core: CommandCore, given: string): Promise<Result<Spoken<CommandOutput<'bundle activate'>>>> {
  const digest = await digestOf(core, given)
  if (!digest.ok) return digest
  const done = await follow(core, await core.call('bundles.activate', { digest: digest.value }))
  if (!done.ok) return done
  const placed = await followDocuments(core)
  const lines = ['It was tried, and serves now. Back: holdfast bundle rollback', ...(placed.ok ? describePlaced(placed.value) : [])]
  return ok({ value: done.value, lines })
}

export async function bundleRollback(
  core: CommandCore,
  given: string | undefined,
): Promise<Result<Spoken<CommandOutput<'bundle rollback'>>>> {
  const digest = given === undefined ? ok(null) : await digestOf(core, given)
  if (!digest.ok) return digest
  const done = await follow(core, await core.call('bundles.rollback', { digest: digest.value }))
  return done.ok ? ok({ value: done.value, lines: [`${done.value.digest ?? ''} serves again.`] }) : done
}

export async function bundlePin(core: CommandCore, given: string, isPinned: boolean): Promise<Result<Spoken<CommandOutput<'bundle pin'>>>> {
  const digest = await digestOf(core, given)
  const pinned = digest.ok ? await core.call('bundles.pin', { digest: digest.value, isPinned }) : digest
  return pinned.ok ? ok({ value: pinned.value, lines: describe(pinned.value) }) : pinned
}

export async function bundleFsck(core: CommandCore): Promise<Result<Spoken<CommandOutput<'bundle fsck'>>>> {
  const checked = await withProgress(core, core.call('bundles.check', {}))
  if (!checked.ok) return checked
  const { files, bytes, damaged } = checked.value
  return ok({
    value: checked.value,
    lines: [
      `${files} files, ${formatBytes(bytes)}: ${damaged.length === 0 ? 'all of them are what was signed.' : `${damaged.length} are not.`}`,
      ...damaged.map(({ id, releases }) => `! ${plain(id)}, of ${releases.map(plain).join(', ')}: taken away; load its bundle again.`),
    ],
    isFailure: damaged.length > 0,
  })
}

export async function bundleGc(core: CommandCore, { yes }: { readonly yes?: true }): Promise<Result<Spoken<CommandOutput<'bundle gc'>>>> {
  const swept = await core.call('bundles.sweep', { isDry: yes !== true })
  if (!swept.ok) return swept
  const { releases, files, bytes, isDone } = swept.value
  const what = `${releases.length} bundles${releases.length === 0 ? '' : ` (${releases.map(plain).join(', ')})`} and ${files} files, ${formatBytes(bytes)}`
  return ok({
    value: swept.value,
    lines: [isDone ? `Thrown away: ${what}.` : `Would be thrown away: ${what}. Do it: holdfast bundle gc --yes`],
  })
}

export async function bundleExport(core: CommandCore, id: string): Promise<Result<Spoken<CommandOutput<'bundle export'>>>> {
  const exported = await core.call('bundles.export', { id })
  return exported.ok
    ? ok({ value: exported.value, lines: [`${plain(exported.value.file)}  ${formatBytes(exported.value.sizeBytes)}`] })
    : exported
}

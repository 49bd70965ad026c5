/** The desk where bundles are taken in and put to service: one piece of work at a time, which goes on when nobody looks. */
import { type ActivationStation, activate, rollbackTarget, settle } from '../airgap/activate.ts'
import type { BlobStore } from '../airgap/blob-store.ts'
import type { TreeCheck } from '../airgap/check-tree.ts'
import type { Inspected } from '../airgap/inspect.ts'
import type { FindDamaged } from '../airgap/keep.ts'
import { load } from '../airgap/load.ts'
import type { LoadStation, LoadStep } from '../airgap/load-station.ts'
import type { AirgapPlaces } from '../airgap/places.ts'
import type { Releases } from '../airgap/releases.ts'
import type { HeldTrust } from '../airgap/trust-store.ts'
import { verify } from '../airgap/verify.ts'
import type { BundleMedium, BundleWork } from '../contract/bundles.ts'
import type { Actor } from '../domain/actor.ts'
import type { Artifact, Platform } from '../domain/airgap/artifact.ts'
import type { Machine } from '../domain/airgap/load-plan.ts'
import type { Follows, Slots } from '../domain/airgap/slots.ts'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'

/** What the desk needs of the station: each is given who asks. */
export interface BundleStation {
  load(by: string): LoadStation
  activation(by: string): ActivationStation
  /** What is left to follow the switch to a bundle; null = nothing. */
  follows(): Follows | null
  followed(): void
  /** What was not taken or not let serve stands in the log. */
  refused(failure: Failure, actor: Actor): void
  unhealthy(digest: string, failure: Failure, actor: Actor): void
}

/** Brings what follows the switch to a bundle, in the name of whoever let it serve. What is in place already is left. */
export type FollowUp = (follows: Follows) => Promise<void>

export interface BundleDesk {
  work(): BundleWork | null
  load(folder: string, acceptUnscanned: string | null, actor: Actor): Result<BundleWork>
  /** Hashes every file on a medium, and writes nothing. */
  verify(folder: string, actor: Actor): Result<BundleWork>
  /** `then` follows once it serves, and before the work counts as done; after a crash it follows at the next start. */
  activate(digest: string, actor: Actor, then: FollowUp): Result<BundleWork>
  rollback(digest: string | null, actor: Actor): Result<BundleWork>
  cancel(): void
  isBusy(): boolean
  /** At a start: completes what was begun, and what was to follow. */
  settle(account: string, then: FollowUp): void
  /** Work that its caller waits for, and that others see and may stop: how many bytes are done. */
  watched<T>(
    kind: 'check',
    act: (signal: AbortSignal, onBytes: (done: number, total: number) => void) => Promise<Result<T>>,
  ): Promise<Result<T>>
  /** Nothing else begins while this goes on. */
  alone<T>(act: (signal: AbortSignal) => Promise<Result<T>>): Promise<Result<T>>
  close(): Promise<void>
}

/** Everything of bundles that handlers need. */
export interface BundleServices {
  readonly desk: BundleDesk
  readonly station: BundleStation
  /** Null where the program does not run from an installation with slots. */
  readonly apps: {
    readonly running: string
    readonly next: () => string | null
    readonly isOurs: () => boolean
    readonly sweep: (kept: readonly Artifact[]) => void
    readonly proven: () => void
  } | null
  readonly places: AirgapPlaces
  readonly blobs: BlobStore
  readonly releases: Releases
  readonly platform: Platform | null
  machine(): Machine
  /** What a model wants before the texts that it embeds, as the newest bundle says that brought these bytes. */
  prefixesOf(sha256: string): { readonly queryPrefix: string; readonly passagePrefix: string } | null
  findDamaged: FindDamaged
  /** Reads all that was delivered with this program, beside whatever else goes on; null where this was not delivered. */
  delivered(): Promise<Result<TreeCheck>> | null
  /** Whether the list of files of this program is the one in the signed archive that it came from; null when that archive is not here. */
  provesOwnList(): Promise<boolean | null>
  /** What is mounted here and holds a bundle. */
  media(): Promise<BundleMedium[]>
  trust(): Result<HeldTrust | null>
  slots(): Slots
  keepSlots(slots: Slots): void
  /** The root on a medium whose fingerprint a person has compared. */
  trustRoot(folder: string, fingerprint: string, actor: Actor): Result<null>
  swept(releases: number, files: number, actor: Actor): void
  exportFile(artifact: Artifact, nowMs: number): Promise<Result<string>>
}

const busy = fail('bundle.busy', 'Work on a bundle is under way.', 'Wait until it is done, or stop it.')

const firstSteps = { load: 'inspect', verify: 'inspect', check: 'verify', activate: 'admit', rollback: 'admit' } as const

const begun = (kind: BundleWork['kind'], digest: string | null): BundleWork => ({
  ...{ kind, state: 'running', digest, step: firstSteps[kind], done: 0, total: 0 },
  ...{ missing: [], volumes: null, failure: null },
})

/** Names of files that are told at once. */
const missingMax = 500

const waitingOf = (inspected: Inspected, missing: readonly { readonly path: string }[], volumes: BundleWork['volumes']) => ({
  digest: inspected.digest,
  missing: missing.slice(0, missingMax).map(({ path }) => path),
  volumes,
})

export function createBundleDesk(
  station: BundleStation,
  onDefect: (where: string, error: unknown) => void,
  closeReaders: () => Promise<void>,
): BundleDesk {
  let work: BundleWork | null = null
  let control: AbortController | null = null
  let running: Promise<void> = Promise.resolve()

  const set = (change: Partial<BundleWork>) => {
    if (work !== null) work = { ...work, ...change }
  }
  const defect = fail(
    'bundle.defect',
    'Something went wrong inside Holdfast while it worked on the bundle.',
    'Start it again; the log has the details.',
  )

  function start(
    first: BundleWork,
    act: (signal: AbortSignal) => Promise<Result<Partial<BundleWork>>>,
    failed: (failure: Failure) => void,
  ): Result<BundleWork> {
    if (control !== null) return busy
    const own = new AbortController()
    control = own
    work = first
    running = act(own.signal)
      .catch((error: unknown) => {
        onDefect('bundle', error)
        return defect
      })
      .then((outcome) => {
        if (outcome.ok) set({ state: 'done', ...outcome.value })
        else {
          set({ state: 'failed', failure: outcome.error })
          // What a person stopped is no refusal.
          if (outcome.error.code !== 'bundle.cancelled') failed(outcome.error)
        }
      })
      .catch((error: unknown) => onDefect('bundle', error))
      .finally(() => {
        control = null
      })
    return ok(first)
  }

  /** It serves, whatever becomes of what follows; what was thrown out of its course follows again at the next start. */
  async function follow(slots: () => Slots, then: FollowUp): Promise<void> {
    const left = station.follows()
    if (left === null || left.digest !== slots().current) return
    await then(left)
      .then(() => station.followed())
      .catch((error: unknown) => onDefect('bundle', error))
  }

  const put = (digest: string, isRollback: boolean, actor: Actor, then: FollowUp): Result<BundleWork> =>
    start(
      begun(isRollback ? 'rollback' : 'activate', digest),
      async (signal) => {
        const activation = station.activation(actor.account)
        const done = await activate(activation, digest, isRollback, {
          signal,
          onStep: (step, at, total) => set({ step, done: at, total }),
        })
        if (!done.ok) return done
        await follow(activation.slots, then)
        return ok({})
      },
      (failure) => station.unhealthy(digest, failure, actor),
    )

  async function alone<T>(act: (signal: AbortSignal) => Promise<Result<T>>): Promise<Result<T>> {
    if (control !== null) return busy
    const own = new AbortController()
    control = own
    const done = act(own.signal)
    running = done.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await done
    } finally {
      control = null
    }
  }

  return {
    work: () => work,
    isBusy: () => control !== null,
    load: (folder, acceptUnscanned, actor) =>
      start(
        begun('load', null),
        async (signal) => {
          const outcome = await load(
            station.load(actor.account),
            folder,
            { acceptUnscanned },
            { signal, onStep: (step, done, total) => set({ step, done, total }) },
          )
          if (!outcome.ok) return outcome
          if ('loaded' in outcome.value) return ok({ digest: outcome.value.loaded.inspected.digest })
          const { inspected, missing, volumes } = outcome.value.waiting
          return ok({ state: 'waiting', ...waitingOf(inspected, missing, { seen: [...volumes.seen], of: volumes.of }) })
        },
        (failure) => station.refused(failure, actor),
      ),
    verify: (folder, actor) =>
      start(
        begun('verify', null),
        async (signal) => {
          const watch = { signal, onStep: (step: LoadStep, done: number, total: number) => set({ step, done, total }) }
          const verified = await verify(station.load(actor.account), folder, watch)
          return verified.ok ? ok({ digest: verified.value.digest, missing: verified.value.elsewhere.slice(0, missingMax) }) : verified
        },
        (failure) => station.refused(failure, actor),
      ),
    activate: (digest, actor, then) => put(digest, false, actor, then),
    rollback: (digest, actor) => {
      const target = rollbackTarget(station.activation(actor.account).slots(), digest)
      return target.ok ? put(target.value, true, actor, () => Promise.resolve()) : target
    },
    cancel: () => control?.abort(),
    settle: (account, then) => {
      const left = station.follows()
      const { pending, current } = station.activation(account).slots()
      const digest = pending?.digest ?? (left?.digest === current ? current : null)
      if (digest === null) return
      const activation = station.activation(left?.digest === digest ? left.account : account)
      start(
        begun(pending?.isRollback === true ? 'rollback' : 'activate', digest),
        async (signal) => {
          const settled = await settle(activation, { signal })
          if (!settled.ok) return settled
          await follow(activation.slots, then)
          return ok({})
        },
        ({ code }) => onDefect('bundle', new Error(code)),
      )
    },
    watched: (kind, act) =>
      alone(async (signal) => {
        work = begun(kind, null)
        const outcome = await act(signal, (done, total) => set({ done, total })).catch((error: unknown) => {
          set({ state: 'failed', failure: defect.error })
          throw error
        })
        set(outcome.ok ? { state: 'done' } : { state: 'failed', failure: outcome.error })
        return outcome
      }),
    alone,
    close: async () => {
      control?.abort()
      await running
      await closeReaders()
    },
  }
}

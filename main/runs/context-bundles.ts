/**
 * Makes a context bundle whenever a run ends or is held: after that is committed, so that nobody waits for it, and once for each such
 * event. What a crash left unmade is made at the next start.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { composeBundle } from '../context/bundle.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { type BundleTrigger, bundleTokens, ContextBundle } from '../domain/context-bundle.ts'
import { sectionsOf } from '../domain/context-bundle-source.ts'
import { joinAll, type Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { RunEvent } from '../domain/run/events.ts'
import { fold } from '../domain/run/evolve.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { Artifact } from '../domain/tool.ts'
import type { Bodies } from '../store/bodies.ts'
import type { ContextBundleRow, ContextBundles } from '../store/context-bundles.ts'
import type { Runs } from '../store/runs.ts'
import type { Clock, Failpoint } from '../world.ts'
import { passageArtifact } from './shown-to.ts'

const limits = { unmadeMax: 1_000, chainMax: 50 } as const

const triggers: Readonly<Partial<Record<RunEvent['type'], BundleTrigger>>> = {
  'run.completed': 'complete',
  'run.failed': 'failed',
  'run.held': 'held',
}

export interface BundlerParts {
  readonly bundles: ContextBundles
  readonly bodies: Pick<Bodies, 'put' | 'read' | 'drop'>
  readonly runs: Pick<Runs, 'get' | 'attemptsOf' | 'ofConversation'>
  readonly readStream: (stream: string) => readonly RecordedEvent[]
  readonly transaction: <T>(work: () => T) => T
  readonly clock: Clock
  readonly failpoint: Failpoint
  readonly onDefect: (where: string, error: unknown) => void
}

export interface Bundler {
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
  /** At boot: what was not made, is; and what was made of texts that are gone, goes. */
  recover(): void
  /** Resolves when nothing is left to be made. */
  idle(): Promise<void>
  /** Makes what is still to be made. */
  close(): void
}

/** Bundles of earlier attempts of the same task, newest first. */
function attemptsBefore(runId: string, { bundles, runs }: Pick<BundlerParts, 'bundles' | 'runs'>): readonly ContextBundleRow[] {
  const row = runs.get(runId)
  const attempts = row === null ? [] : runs.attemptsOf(row.shardId).filter(({ attempt }) => attempt < row.attempt)
  return attempts.toReversed().flatMap(({ id }) => bundles.newest(id) ?? [])
}

/** What a model reads of an earlier attempt, with its label. */
export interface CarriedBundle {
  readonly bundle: ContextBundle
  readonly label: Label
}

interface CarriedParts extends Pick<BundlerParts, 'bundles' | 'runs'> {
  readonly bodies: Pick<Bodies, 'read' | 'matches'>
  readonly mayRead: (label: Label) => boolean
  /** What a run was shown of the holdings. */
  readonly shownTo: (runId: string) => readonly Artifact[]
  /** What it is labelled now; null where it is gone, or has no label of its own. */
  readonly labelOfHeld: (artifact: Artifact) => Label | null
}

/**
 * What earlier attempts of the same task hand on, newest first, as far as it is here and may be read. Its label is as high as anything
 * is labelled now that this attempt, or one before it, was shown.
 */
export function carriedInto(
  runId: string,
  { bundles, runs, bodies, mayRead, shownTo, labelOfHeld }: CarriedParts,
): readonly CarriedBundle[] {
  const carried: CarriedBundle[] = []
  const labels: Label[] = []
  // Each was shown what those before it handed on.
  for (const { runId: attempt, label: made, body, isPurged } of attemptsBefore(runId, { bundles, runs }).toReversed()) {
    const isHere = body !== null && !isPurged && bodies.matches(body)
    const bundle = ContextBundle.safeParse(isHere ? readJson(bodies.read(body.body) ?? '') : null)
    const sources = bundle.success ? bundle.data.findings.flatMap((finding) => finding.sources.map(passageArtifact)) : []
    labels.push(made, ...[...shownTo(attempt), ...sources].flatMap((artifact) => labelOfHeld(artifact) ?? []))
    const label = joinAll(labels)
    if (bundle.success && mayRead(label)) carried.push({ bundle: bundle.data, label })
  }
  return carried.toReversed()
}

/** What a run went on from, newest first where there is a choice: itself, the run it was forked from, the attempt before, the conversation so far. */
export function continuedBy(
  runId: string,
  before: number,
  { bundles, runs }: Pick<BundlerParts, 'bundles' | 'runs'>,
): ContextBundleRow | null {
  const row = runs.get(runId)
  if (row === null) return null
  const attempts = runs.attemptsOf(row.shardId).filter(({ attempt }) => attempt < row.attempt)
  const inConversation = row.conversationId === null ? [] : runs.ofConversation(row.conversationId)
  const earlier = inConversation.slice(
    0,
    Math.max(
      0,
      inConversation.findIndex(({ id }) => id === runId),
    ),
  )
  const ids = [
    ...(row.forkedFrom === null ? [] : [row.forkedFrom.runId]),
    ...attempts.map(({ id }) => id).toReversed(),
    ...earlier.map(({ id }) => id).toReversed(),
  ]
  const own = bundles.newest(runId, before)
  if (own !== null) return own
  for (const id of ids) {
    const found = bundles.newest(id)
    if (found !== null) return found
  }
  return null
}

/** A bundle and those before it, newest first. Ends where one is not there, and at a length that no chain needs. */
export function chainOf(bundles: Pick<ContextBundles, 'get'>, id: string): readonly ContextBundleRow[] {
  const chain: ContextBundleRow[] = []
  const seen = new Set<string>()
  for (let next: string | null = id; next !== null && !seen.has(next) && chain.length < limits.chainMax; ) {
    seen.add(next)
    const row = bundles.get(next)
    if (row === null) break
    chain.push(row)
    next = row.continues
  }
  return chain
}

export function createBundler(parts: BundlerParts): Bundler {
  const { bundles, bodies, runs, readStream, transaction, clock, failpoint, onDefect } = parts
  const waiting: Array<{ readonly runId: string; readonly atVersion: number }> = []
  let isDraining = false
  let drained: Promise<void> = Promise.resolve()
  let isClosed = false

  function make(runId: string, atVersion: number): void {
    if (bundles.has(runId, atVersion) || runs.get(runId)?.isImported !== false) return
    const events = readStream(runId).slice(0, atVersion)
    const last = events.at(-1)
    const trigger = last === undefined ? undefined : triggers[last.event.type as RunEvent['type']]
    const state = fold(events.map(({ event }) => RunEvent.parse(event)))
    if (last === undefined || trigger === undefined || state.status === 'absent') return
    const run: ExistingRun = state
    const continues = continuedBy(runId, atVersion, parts)?.id ?? null
    const made = composeBundle({ runId, atVersion, trigger, run, continues, read: bodies.read })
    failpoint('context_bundle.before_commit')
    transaction(() => {
      const { label } = last
      const about = { runId, atVersion, trigger, label, continues, madeAt: clock(), sources: sectionsOf(run).map(({ body }) => body) }
      if (!made.ok) return bundles.add({ ...about, body: null, refusal: made.error.code, tokens: 0, sourceTokens: 0 })
      const { source } = made.value
      const body = bodies.put(canonicalJson(made.value), label)
      bundles.add({ ...about, body, refusal: null, tokens: bundleTokens(made.value), sourceTokens: source.tokens })
    })
  }

  function makeNext(): void {
    const next = waiting.shift()
    if (next === undefined) return
    try {
      make(next.runId, next.atVersion)
    } catch (error) {
      // The run itself is recorded; the next start tries again.
      onDefect('context bundle', error)
    }
  }

  async function drain(): Promise<void> {
    isDraining = true
    while (waiting.length > 0 && !isClosed) {
      // Each commit waits for the disk; between two of them others get their turn.
      await nextTurn()
      makeNext()
    }
    isDraining = false
  }

  const queue = (runId: string, atVersion: number): void => {
    if (isClosed) return
    waiting.push({ runId, atVersion })
    if (!isDraining) drained = drain()
  }

  return {
    recorded: (events) => {
      for (const { stream, version, event } of events) if (triggers[event.type as RunEvent['type']] !== undefined) queue(stream, version)
    },
    recover: () => {
      for (const body of bundles.orphans()) transaction(() => bodies.drop(body))
      for (const { runId, atVersion } of bundles.unmade(limits.unmadeMax)) queue(runId, atVersion)
    },
    idle: async () => {
      while (isDraining) await drained
    },
    close: () => {
      while (waiting.length > 0) makeNext()
      isClosed = true
    },
  }
}

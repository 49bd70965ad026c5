/**
 * The one place that looks whether policy, agents, prompts, models and delivered files are still what was signed, admitted or loaded: at
 * the start, once a day, and when somebody asks. What is found is put on record when it changes, and changes nothing itself.
 */
import * as z from 'zod'
import type { Actor } from '../domain/actor.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { compareDigests, type Digests, type DriftPart, hasDrifted, notWatched, type PartDrift, partDrift } from '../domain/drift.ts'
import { unclassified } from '../domain/label.ts'
import type { Result } from '../domain/result.ts'
import { sha256 } from '../store/event-log.ts'
import type { Services } from './services.ts'

const dayMs = 24 * 60 * 60_000

const agentsKey = 'drift.agents'
const promptsKey = 'drift.prompts'
const Recorded = z.record(z.string(), z.string())
const RecordedPrompts = z.strictObject({ version: z.string(), digests: Recorded })

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

/** What was delivered against what lies here; null where this was not delivered. */
export type ReadDelivered = () => Promise<
  Result<{ readonly changed: readonly string[]; readonly missing: readonly string[]; readonly foreign: readonly string[] }>
> | null

export interface DriftDesk {
  /** Compares all parts now; `isThorough` hashes every model again, and `files` stands for a reading of what was delivered. */
  look(isThorough: boolean, files?: ReadDelivered): Promise<readonly PartDrift[]>
  /** What the agents of the site are from now on: a person has read them in; or one file, where somebody wrote or removed that one alone. */
  acceptAgents(actor: Actor, file?: string): void
  start(): void
  close(): void
}

export interface DriftParts
  extends Pick<Services, 'settings' | 'station' | 'models' | 'policyDesk' | 'clock' | 'ceiling' | 'version' | 'onDefect'> {
  /** Files of the site's agents, and of the product's agents and prompts. */
  readonly siteAgents: () => Digests
  readonly shipped: () => Digests
  readonly delivered: ReadDelivered
  readonly isReadOnly: boolean
}

/** As it was, but for one file, which is as it lies there now. */
function withFile(before: Digests, lying: Digests, file: string): Digests {
  const { [file]: _was, ...others } = before
  const now = lying[file]
  return now === undefined ? others : { ...others, [file]: now }
}

export function createDriftDesk(parts: DriftParts): DriftDesk {
  const { settings, station, models, policyDesk, clock, ceiling, version, siteAgents, shipped, delivered, isReadOnly, onDefect } = parts
  const told = new Map<DriftPart, string>()
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  function record(part: 'agents' | 'prompts', key: string, digests: Digests, value: unknown, actor: Actor): void {
    if (isReadOnly) return
    station.commit(actor, (event) => {
      settings.set(key, value)
      const digest = { alg: 'sha256', value: sha256(canonicalJson(digests)) } as const
      // It holds a hash and a count: whoever looks at agents learns that theirs are others now, whatever their clearance.
      event({ type: 'drift.recorded', part, digest, items: Object.keys(digests).length, atMs: clock() }, unclassified)
    })
    told.delete(part)
  }

  const acceptAgents: DriftDesk['acceptAgents'] = (actor, file) => {
    const lying = siteAgents()
    const before = Recorded.safeParse(settings.get(agentsKey))
    const found = before.success && file !== undefined ? withFile(before.data, lying, file) : lying
    if (before.success && !hasDrifted(compareDigests('agents', before.data, found))) return
    record('agents', agentsKey, found, found, actor)
  }

  /** The product's own are what they were when this version was first started here. */
  function acceptShipped(): void {
    const before = RecordedPrompts.safeParse(settings.get(promptsKey))
    if (before.success && before.data.version === version) return
    const digests = shipped()
    record('prompts', promptsKey, digests, { version, digests }, runtime)
  }

  const ofAgents = (): PartDrift => {
    const before = Recorded.safeParse(settings.get(agentsKey))
    return before.success ? compareDigests('agents', before.data, siteAgents()) : notWatched('agents')
  }
  const ofPrompts = (): PartDrift => {
    const before = RecordedPrompts.safeParse(settings.get(promptsKey))
    return before.success && before.data.version === version
      ? compareDigests('prompts', before.data.digests, shipped())
      : notWatched('prompts')
  }
  const ofPolicy = (): PartDrift => {
    policyDesk.look()
    const faults = policyDesk.status().faults.map(({ fault }) => fault)
    return partDrift('policy', { changed: faults, missing: [], added: [] })
  }
  const ofModels = async (isThorough: boolean): Promise<PartDrift> => {
    const all = await (isThorough ? models.verify() : models.list())
    const named = (state: string) => all.filter((model) => model.state === state).map(({ id }) => id)
    return partDrift('models', { changed: named('changed'), missing: named('missing'), added: [] })
  }
  const ofFiles = async (read: ReadDelivered): Promise<PartDrift> => {
    const checked = await read()
    if (checked === null) return notWatched('files')
    // Where nobody could look there is no drift, and no word that there is none.
    if (!checked.ok && checked.error.code !== 'bundle.tree_unlisted') throw new Error(checked.error.code)
    if (!checked.ok) return partDrift('files', { changed: ['integrity.json'], missing: [], added: [] })
    const { changed, missing, foreign } = checked.value
    return partDrift('files', { changed, missing, added: foreign })
  }

  /** Puts on record what is found otherwise than it was last told; nothing drifted is told after a drift only. */
  function tell(drift: PartDrift): void {
    const { part, changed, missing, added } = drift
    const found = canonicalJson(drift)
    const isNews = hasDrifted(drift) ? told.get(part) !== found : told.has(part)
    // A policy that drifted is told by whoever watches it.
    if (isReadOnly || isClosed || part === 'policy' || !isNews) return
    station.commit(runtime, (event) => event({ type: 'drift.found', part, changed, missing, added, atMs: clock() }, ceiling()))
    if (hasDrifted(drift)) told.set(part, found)
    else told.delete(part)
  }

  const look: DriftDesk['look'] = async (isThorough, files = delivered) => {
    const found = [ofPolicy(), ofAgents(), ofPrompts(), await ofModels(isThorough), await ofFiles(files)]
    for (const drift of found) tell(drift)
    return found
  }
  const lookQuietly = () =>
    void look(false).catch((error: unknown) => {
      if (!isClosed) onDefect('drift', error)
    })

  return {
    look,
    acceptAgents,
    start: () => {
      try {
        if (settings.get(agentsKey) === undefined) acceptAgents(runtime)
        acceptShipped()
      } catch (error) {
        onDefect('drift', error)
      }
      lookQuietly()
      timer = setInterval(lookQuietly, dayMs)
      timer.unref()
    },
    close: () => {
      isClosed = true
      if (timer !== null) clearInterval(timer)
    },
  }
}

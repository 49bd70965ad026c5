/**
 * Judges a file that says it is a run. Everything in it is untrusted: it is taken only when it is whole, follows its own rules, and says
 * nothing that its events do not say. Pure; a refusal names what is wrong and where, never a text of the file.
 */
import type * as z from 'zod'
import { Usage } from '../budget.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { Sha256 } from '../digest.ts'
import { dominates, join, type Label, permits, sameLabel } from '../label.ts'
import { findBreak } from '../recorded-event.ts'
import { fail, ok, type Result } from '../result.ts'
import { evolve } from './evolve.ts'
import { bodyRefsIn, type CarriedEvent, RunFile, runFileFormat, runFileLimits, runFileVersion, toldBy } from './run-file.ts'
import { type ExistingRun, initialState, type RunState } from './state.ts'
import { isOpenPhase } from './step-phases.ts'
import { isTerminal } from './transitions.ts'

/** The last moment that a date can name; whoever shows a later one fails. */
const timeMsMax = 8_640_000_000_000_000

export interface CheckedRunFile {
  readonly file: RunFile
  readonly run: ExistingRun
  readonly runId: string
}

export interface RunFileChecks {
  readonly sha256: Sha256
  /** SHA-256 over the salt (hex) followed by the text, as hex. */
  readonly commit: (salt: string, text: string) => string
  readonly tenant: string
  /** The highest label that may be held here. */
  readonly ceiling: Label
}

type Refusal = Result<never>

const newOne = 'Have the run exported again where it was made.'
const refuse = (code: string, message: string, hint = newOne): Refusal => fail(`runfile.${code}`, message, hint)
const spill = fail(
  'label.above_ceiling',
  'This run is labelled above what this station may hold.',
  'Do not import it here. If this is a spill, tell your security officer; if the ceiling is wrong, an administrator can change it.',
)

/** The place in the file, as `events.3.event.type`; keys that the file made up are not repeated. */
function placeOf({ path, code }: z.core.$ZodIssue): string {
  const place = path.map(String).join('.')
  return `${place === '' ? 'the top of the file' : place.slice(0, 200)} (${code})`
}

function read(text: string): Result<RunFile> {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return refuse('not_json', 'The file is not JSON from its beginning to its end.')
  }
  const head = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {}
  if (head.format !== runFileFormat)
    return refuse('other_format', `The file does not say that it is a ${runFileFormat}.`, 'Choose a file that holdfast runs export made.')
  if (head.version !== runFileVersion)
    return refuse(
      'other_version',
      `The file is not of version ${runFileVersion} of its format.`,
      'Use the version of Holdfast that made it.',
    )
  if (Array.isArray(head.events) && head.events.length > runFileLimits.eventsMax)
    return refuse('too_many_events', `The file has more than ${runFileLimits.eventsMax.toLocaleString('en')} events.`)
  const parsed = RunFile.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse('bad_shape', `At ${issue === undefined ? 'the top of the file' : placeOf(issue)} the file is not what a run is.`)
  }
  try {
    if (canonicalJson(raw) === text) return ok(parsed.data)
  } catch {
    // What has no canonical form is not in it.
  }
  return refuse('not_canonical', 'The file was written anew since it was exported: it is not in its canonical form.')
}

/** Whether every time in a value is one. */
function hasTimes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) =>
    /^at$|Ms$/.test(key) && typeof item === 'number' ? item <= timeMsMax : hasTimes(item),
  )
}

const isCanonical = (label: Label): boolean => canonicalJson(join(label, label)) === canonicalJson(label)

/** Ids that an event names as its own. A hold or a step of another run must not be reached through them. */
function refuseIds(events: readonly CarriedEvent[]): Refusal | null {
  const [steps, holds] = [new Set<string>(), new Set<string>()]
  for (const { event, version } of events) {
    const isStep = event.type === 'model.requested' || event.type === 'tool.proposed' || event.type === 'step.copied'
    if (isStep && steps.has(event.stepId)) return refuse('double_id', `Event ${version}: its step is there already.`)
    if (isStep) steps.add(event.stepId)
    if (event.type === 'hold.opened' && holds.has(event.holdId)) return refuse('double_id', `Event ${version}: its hold is there already.`)
    if (event.type === 'hold.opened') holds.add(event.holdId)
  }
  const stranger = events.find(({ event }) => 'holdId' in event && !holds.has(event.holdId))
  return stranger === undefined ? null : refuse('unknown_hold', `Event ${stranger.version}: no hold of this run has its id.`)
}

function refuseEvents(events: readonly CarriedEvent[], { sha256, tenant, ceiling }: RunFileChecks): Refusal | null {
  const stream = events[0]?.stream
  let highest: Label | null = null
  for (const { version, event, label, ...event_ } of events) {
    const where = `Event ${version}`
    if (event_.stream !== stream) return refuse('other_run', `${where}: it belongs to another run.`)
    if (event_.tenant !== tenant) return refuse('other_tenant', `${where}: it belongs to another tenant.`, 'Import it where its tenant is.')
    if (event.type === 'run.imported')
      return refuse('not_original', `${where}: only a run that was made where it is exported can be carried.`)
    if (!hasTimes(event) || event_.at > timeMsMax) return refuse('bad_time', `${where}: it names a time that is none.`)
    if (!isCanonical(label)) return refuse('bad_label', `${where}: its label is not in its one form.`)
    if (!permits(ceiling, label)) return spill
    if (highest !== null && !dominates(label, highest))
      return refuse('bad_label', `${where}: its label is lower than that of the event before it.`)
    highest = label
  }
  const broken = findBreak(events, sha256)
  if (broken !== null) return refuse('broken_chain', `Event ${broken}: it is not what was recorded, or does not follow the one before it.`)
  return refuseIds(events)
}

function foldAll(events: readonly CarriedEvent[]): Result<ExistingRun> {
  let state: RunState = initialState
  for (const { version, event } of events) {
    try {
      state = evolve(state, event)
    } catch {
      return refuse('impossible', `Event ${version}: it cannot follow the events before it.`)
    }
  }
  if (state.status === 'absent' || !isTerminal(state.status))
    return refuse('not_ended', 'The run has not ended.', 'Export it again when it has.')
  if (state.holds.length > 0 || state.steps.some(({ phase }) => isOpenPhase(phase)))
    return refuse('impossible', 'The run has ended, and something of it is still open.')
  return Usage.safeParse(state.usage).success ? ok(state) : refuse('impossible', 'The run has used more than can be counted.')
}

function refuseBodies({ events, bodies, purged, shard }: RunFile, { commit, ceiling }: RunFileChecks): Refusal | null {
  const carried = new Map(bodies.map((body) => [body.body, body]))
  const gone = new Set(purged)
  if (carried.size !== bodies.length || gone.size !== purged.length) return refuse('double_id', 'The file brings a text twice.')
  const highest = events.at(-1)?.label
  for (const [index, { label }] of [...bodies, shard].entries()) {
    const where = index < bodies.length ? `bodies.${index}` : 'The shard'
    if (!isCanonical(label)) return refuse('bad_label', `${where}: its label is not in its one form.`)
    if (!permits(ceiling, label)) return spill
    if (highest !== undefined && !dominates(highest, label))
      return refuse('bad_label', `${where}: its label is higher than that of the run.`)
  }
  const used = new Map<string, string>()
  for (const { version, event } of events) {
    for (const { body, commitment } of bodyRefsIn(event)) {
      const before = used.get(body)
      if (before === commitment.value) continue
      const kept = carried.get(body)
      if (kept === undefined && !gone.has(body)) return refuse('missing_text', `Event ${version}: the text ${body} is missing.`)
      const isOther = kept !== undefined && commit(kept.salt, kept.text) !== commitment.value
      if (isOther || before !== undefined)
        return refuse('other_text', `Event ${version}: the text ${body} is not the one that was recorded.`)
      used.set(body, commitment.value)
    }
  }
  const extra = [...carried.keys(), ...gone].find((body) => !used.has(body) || (carried.has(body) && gone.has(body)))
  return extra === undefined ? null : refuse('unused_text', `No event points at the text ${extra}, or it is said to be purged as well.`)
}

function refuseRest({ events, shard, models, passages, decisions }: RunFile, run: ExistingRun): Refusal | null {
  const created = events[0]?.event
  const requirements = created?.type === 'run.created' ? created.requirements : []
  const isOf = shard.id === run.shardId && shard.agent === run.agent && shard.input === run.input.body
  if (!isOf || canonicalJson(shard.requirements) !== canonicalJson(requirements) || shard.at > timeMsMax)
    return refuse('other_shard', 'The shard in the file is not that of the run.')
  if (run.status === 'complete' && !sameLabel(join(events.at(-1)?.label ?? run.label, run.label), events.at(-1)?.label ?? run.label))
    return refuse('bad_label', 'The result is labelled above the run.')
  const told = toldBy(events)
  const isSame = (said: unknown, meant: unknown): boolean => canonicalJson(said) === canonicalJson(meant)
  if (
    !isSame(
      models.map(({ id, digest }) => ({ id, digest })),
      told.models,
    )
  )
    return refuse('other_models', 'The models in the file are not those of the run.')
  if (
    !isSame(
      passages.map(({ id }) => id),
      told.passages,
    )
  )
    return refuse('other_passages', 'The passages in the file are not those of the run.')
  return isSame(decisions, told.decisions) ? null : refuse('other_decisions', 'The decisions in the file are not those of the run.')
}

/** The run that a text holds, or the first thing that is wrong with it. */
export function checkRunFile(text: string, checks: RunFileChecks): Result<CheckedRunFile> {
  const parsed = read(text)
  if (!parsed.ok) return parsed
  const file = parsed.value
  const refused = refuseEvents(file.events, checks)
  if (refused !== null) return refused
  const run = foldAll(file.events)
  if (!run.ok) return run
  const rest = refuseBodies(file, checks) ?? refuseRest(file, run.value)
  return rest ?? ok({ file, run: run.value, runId: file.events[0]?.stream ?? '' })
}

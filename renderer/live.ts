/** What the feed tells about work under way, folded item by item. Pure: durable facts are read by calls, this holds only what has not landed yet. */
import type { Import } from '../main/contract/holdings.ts'
import type { CheckedDraft, FeedItem } from '../main/contract/runs.ts'

const limits = { liveRunsMax: 64, textCharsMax: 200_000 } as const

export interface LiveRun {
  /** What it does now: `searching`, `reading`, `writing`, `checking`. */
  readonly stage: string
  /** The model's text so far. */
  readonly text: string
  readonly claims: readonly CheckedDraft[]
}

export type FileMove = NonNullable<Extract<FeedItem, { kind: 'import' }>['file']>

export interface Live {
  /** False until the first snapshot arrived. */
  readonly isConnected: boolean
  readonly runs: ReadonlyMap<string, LiveRun>
  readonly imports: ReadonlyMap<string, Import>
  /** The files an import is reading now, by ordinal. */
  readonly reading: ReadonlyMap<string, ReadonlyMap<number, FileMove>>
  readonly embedding: { readonly done: number; readonly total: number } | null
}

export const nothingLive: Live = { isConnected: false, runs: new Map(), imports: new Map(), reading: new Map(), embedding: null }

const idle: LiveRun = { stage: '', text: '', claims: [] }

function withRun(live: Live, runId: string, change: (run: LiveRun) => LiveRun): Live {
  const runs = new Map(live.runs)
  runs.set(runId, change(runs.get(runId) ?? idle))
  for (const oldest of runs.keys()) {
    if (runs.size <= limits.liveRunsMax) break
    runs.delete(oldest)
  }
  return { ...live, runs }
}

/** Text at an offset replaces what stood there: the same delta twice changes nothing. Null when text before it is missing. */
export function placeDelta(text: string, offset: number, added: string): string | null {
  if (offset > text.length) return null
  const end = offset + added.length
  if (end <= text.length && text.startsWith(added, offset)) return text
  return (text.slice(0, offset) + added).slice(0, limits.textCharsMax)
}

function withClaim(run: LiveRun, checked: CheckedDraft): LiveRun {
  const others = run.claims.filter((claim) => claim.index !== checked.index)
  return { ...run, claims: [...others, checked].sort((a, b) => a.index - b.index) }
}

function withImport(live: Live, item: Extract<FeedItem, { kind: 'import' }>): Live {
  const imports = new Map(live.imports).set(item.import.id, item.import)
  const reading = new Map(live.reading)
  if (item.import.state !== 'running') reading.delete(item.import.id)
  else if (item.file !== null) {
    const files = new Map(reading.get(item.import.id))
    if (item.file.outcome === 'reading') files.set(item.file.ordinal, item.file)
    else files.delete(item.file.ordinal)
    reading.set(item.import.id, files)
  }
  return { ...live, imports, reading }
}

/** The next state, or `gap` when live text was missed and only a new snapshot can tell it. */
export function foldFeed(live: Live, item: FeedItem): Live | 'gap' {
  switch (item.kind) {
    case 'snapshot': {
      const runs = new Map(item.live.map(({ runId, stage, text, claims }) => [runId, { stage, text, claims }]))
      return { ...nothingLive, isConnected: true, runs, imports: new Map(item.imports.map((one) => [one.id, one])) }
    }
    case 'event': {
      // What was shown live stays until its durable answer was read: nothing disappears in between.
      const { stream, event } = item.event
      return event.type === 'model.requested' ? withRun(live, stream, (run) => ({ ...run, text: '', claims: [] })) : live
    }
    case 'stage':
      return withRun(live, item.runId, (run) => ({ ...run, stage: item.stage }))
    case 'delta': {
      const before = live.runs.get(item.runId) ?? idle
      const text = placeDelta(before.text, item.offset, item.text)
      return text === null ? 'gap' : withRun(live, item.runId, (run) => ({ ...run, text }))
    }
    case 'claim':
      return withRun(live, item.runId, (run) => withClaim(run, item.checked))
    case 'import':
      return withImport(live, item)
    case 'embedding':
      return { ...live, embedding: item.done >= item.total ? null : { done: item.done, total: item.total } }
  }
}

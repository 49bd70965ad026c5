/** Context bundles: lists, what one says, its chain, and the way back to every text that it was made from. */
import type { BundleSummary } from '../contract/context.ts'
import type { Handlers } from '../dispatch.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { ContextBundle } from '../domain/context-bundle.ts'
import { sectionsOf } from '../domain/context-bundle-source.ts'
import { fail, ok } from '../domain/result.ts'
import { RunEvent } from '../domain/run/events.ts'
import { fold } from '../domain/run/evolve.ts'
import { chainOf } from '../runs/context-bundles.ts'
import type { ContextBundleRow } from '../store/context-bundles.ts'
import type { Services } from './services.ts'
import { readSeen } from './sight.ts'

const limits = { pieceCharsMax: 128 * 1024 } as const

const unknown = fail('context_bundle.unknown', 'There is no such context bundle.', 'List them: holdfast context bundles list.')
const purged = fail('context_bundle.purged', 'A text that it was made from has been purged.', 'Look at what is left of the run.')
const noSection = fail(
  'context_bundle.no_section',
  'It was made from no text of this name.',
  'Look at the bundle for the names of its texts.',
)

const toSummary = ({
  id,
  runId,
  agent,
  number,
  trigger,
  label,
  continues,
  tokens,
  sourceTokens,
  madeAt,
  isPurged,
}: ContextBundleRow): BundleSummary => ({
  ...{ id, runId, agent, number, trigger, label, continues, tokens, sourceTokens, madeAt, isPurged },
})

type Names = 'contextBundles.list' | 'contextBundles.get' | 'contextBundles.chain' | 'contextBundles.expand'

export const contextBundleHandlers = ({ contextBundles, bodies, log, sightOf }: Services): Pick<Handlers, Names> => {
  /** One that says something, or did before a purge. */
  const find = (id: string): ContextBundleRow | null => {
    const row = contextBundles.get(id)
    return row?.body === null ? null : row
  }
  /** What stands in it, as far as this person may see it; null after a purge, and where it is not what was recorded. */
  function readBundle({ body, isPurged }: ContextBundleRow, account: string): ContextBundle | null {
    if (body === null || isPurged || !bodies.matches(body)) return null
    const parsed = ContextBundle.safeParse(readJson(readSeen(bodies, body.body, sightOf(account)) ?? ''))
    return parsed.success ? parsed.data : null
  }
  /** The events of the run up to the one that it was made at, and the texts that they name. */
  function sourceOf({ runId, atVersion }: ContextBundleRow) {
    const events = log.readStream(runId).slice(0, atVersion)
    const state = fold(events.map(({ event }) => RunEvent.parse(event)))
    return { events, sections: state.status === 'absent' ? [] : sectionsOf(state) }
  }

  return {
    'contextBundles.list': ({ runId = null, limit, offset }, { account }) => {
      const { items, total } = contextBundles.list({ runId, labels: sightOf(account)?.labelIds() ?? null }, limit, offset)
      return ok({ items: items.map(toSummary), total })
    },
    'contextBundles.get': ({ contextBundleId }, { account }) => {
      const row = find(contextBundleId)
      if (row === null) return unknown
      const sections = sourceOf(row).sections.map(({ id, body }) => ({ id, body, isPurged: bodies.sizeOf(body) === null }))
      const isIntact = row.body !== null && bodies.matches(row.body)
      return ok({ ...toSummary(row), bundle: readBundle(row, account), isIntact, sections })
    },
    'contextBundles.chain': ({ contextBundleId }, { account }) => {
      if (find(contextBundleId) === null) return unknown
      const sight = sightOf(account)
      // What may not be seen is not there, and neither is what lies behind it.
      const chain = chainOf(contextBundles, contextBundleId)
      const hidden = chain.findIndex(({ label }) => sight !== null && !sight.permits(label))
      const rows = hidden < 0 ? chain : chain.slice(0, hidden)
      const read = rows.flatMap((row) => readBundle(row, account) ?? [])
      return ok({
        items: rows.map(toSummary),
        decisions: read.flatMap(({ id: bundleId, decisions }) => decisions.map((decision) => ({ ...decision, bundleId }))),
        artifacts: read.flatMap(({ id: bundleId, handoff }) => handoff.artifacts.map((artifact) => ({ ...artifact, bundleId }))),
      })
    },
    'contextBundles.expand': ({ contextBundleId, section, offset }, { account }) => {
      const row = find(contextBundleId)
      if (row === null) return unknown
      const { events, sections } = sourceOf(row)
      const textOf = (body: string): string | null => readSeen(bodies, body, sightOf(account))
      const wanted = section === undefined ? null : sections.find(({ id }) => id === section)
      if (wanted === undefined) return noSection
      const whole = () => canonicalJson({ events, sections: sections.map(({ id, body }) => ({ id, text: textOf(body) })) })
      const text = wanted === null ? whole() : textOf(wanted.body)
      if (text === null) return purged
      return ok({
        ...{ id: row.id, section: section ?? null, chars: text.length, offset },
        text: text.slice(offset, offset + limits.pieceCharsMax),
      })
    },
  }
}

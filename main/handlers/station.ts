/** The station: its ceiling, what serves on it, and what it holds. Nothing is stated here that was not read or measured. */
import type { StationStatus } from '../contract/station.ts'
import type { Handlers } from '../dispatch.ts'
import type { Answer } from '../domain/answer.ts'
import { join, joinAll, Label, labelFromName, permits, unclassified } from '../domain/label.ts'
import { isLabelInUse } from '../domain/policy.ts'
import { fail, ok } from '../domain/result.ts'
import { isStoreDamaged } from '../domain/store-damaged.ts'
import type { Settings } from '../store/settings.ts'
import { readOnlyStore } from './backups.ts'
import { notInUse } from './collections.ts'
import { readSampleCase } from './sample.ts'
import { operator, type Services } from './services.ts'

const ceilingKey = 'station.ceiling'

const tooLow = fail(
  'station.ceiling_too_low',
  'This station already holds material, questions or answers above that ceiling.',
  'Keep the ceiling, or begin with an empty data folder.',
)

/** The ceiling that was set, or null before the first start's question was answered. */
export function configuredCeiling(settings: Settings): Label | null {
  const value = settings.get(ceilingKey)
  return value === undefined ? null : Label.parse(value)
}

/** Until someone sets it, the lowest there is: a machine that nobody vouched for holds nothing higher. */
export const stationCeiling = (settings: Settings): Label => configuredCeiling(settings) ?? unclassified

/** What the status shows of the last answer. */
export type LastAnswer = StationStatus['lastAnswer']

export function figuresOf({ usage }: Answer): NonNullable<LastAnswer> {
  const { completionTokens, firstTokenMs, totalMs, promptTokens, contextTokens } = usage
  const decodeMs = firstTokenMs === null ? null : totalMs - firstTokenMs
  return {
    tokensPerSecond: decodeMs === null || decodeMs <= 0 || completionTokens < 2 ? null : ((completionTokens - 1) * 1000) / decodeMs,
    firstTokenMs,
    contextUse: contextTokens === 0 ? null : Math.min(1, (promptTokens + completionTokens) / contextTokens),
    totalMs,
  }
}

export const stationHandlers = (
  services: Services,
  lastAnswer: () => Promise<LastAnswer> | LastAnswer,
): Pick<Handlers, 'station.status' | 'station.configure'> => {
  const { settings, documents, collections, imports, runs, missions, models, inference, reader, upkeep, station, paths } = services
  const sample = readSampleCase()

  const status = async (account: string): Promise<StationStatus> => {
    const chat = models.active('chat')
    const serving = await reader.serving()
    const embedder = serving.ok ? serving.value : null
    const isIndexed = embedder !== null && upkeep.indexOf(embedder.key) !== null
    const readOnly = readOnlyStore(services)
    /** Of a damaged store, what can still be read. */
    const read = <T>(work: () => T, otherwise: T): T => {
      try {
        return work()
      } catch (error) {
        if (readOnly === null || !isStoreDamaged(error)) throw error
        return otherwise
      }
    }
    // A number tells of what it counts.
    const sight = services.sightOf(account)
    const seen = sight?.labelIds() ?? null
    const maySee = (label: Label) => sight === null || sight.permits(label)
    const counted = read(() => documents.counts(seen), { documents: 0, passages: 0 })
    return {
      version: services.version,
      boot: services.boot,
      dataFolder: paths.data,
      account,
      roles: [...services.rolesOf(account)],
      ceiling: configuredCeiling(settings),
      clearance: services.clearanceOf(account),
      serving: {
        tier: chat === null ? 'reflex' : 'edge',
        modelId: chat?.id ?? null,
        modelName: chat?.manifest.name ?? null,
        device: chat === null ? null : (inference.health().chat.device ?? null),
      },
      embedder: embedder?.name ?? 'none yet',
      vectorSearch: isIndexed ? 'lancedb' : 'exact',
      // Whose it was is not known here.
      lastAnswer: sight === null ? await lastAnswer() : null,
      counts: {
        collections: read(() => collections.list().filter(({ label }) => maySee(label)).length, 0),
        ...counted,
        runs: read(() => runs.list(1, 0, { statuses: null, agent: null, labels: seen }).total, 0),
      },
      // What cannot be read may be as high as this station may hold.
      highest: read(() => joinAll(documents.heldLabels().filter(maySee)), stationCeiling(settings)),
      tiersConfigured: services.routing.router.endpoints().length,
      packetsOut: services.egress.letThrough(),
      readOnly,
      sampleCase: {
        name: sample.name,
        isLoaded: (collections.byName(sample.name)?.documents ?? 0) > 0,
        introduction: sample.introduction.trim(),
        questions: sample.questions.map(({ text }) => text),
      },
    }
  }

  return {
    'station.status': async (_input, { account }) => ok(await status(account)),
    'station.configure': async ({ ceiling }, caller) => {
      const label = typeof ceiling === 'string' ? labelFromName(ceiling) : join(ceiling, ceiling)
      // What is built in uses whatever the ceiling permits.
      if (services.policy().version > 0 && !isLabelInUse(services.policy(), label)) return notInUse
      // What is still being read counts as held: it was let in under the ceiling that stands.
      const floors = [...collections.list(), ...imports.running()].map((holder) => holder.label)
      // Questions and answers are held too, although their documents may be gone.
      if (
        ![documents, runs, missions]
          .flatMap((holder) => holder.heldLabels())
          .concat(floors)
          .every((held) => permits(label, held))
      )
        return tooLow
      station.commit(operator(caller), (record) => {
        settings.set(ceilingKey, label)
        record({ type: 'station.configured', ceiling: label }, label)
      })
      return ok(await status(caller.account))
    },
  }
}

/** The run engine: the journal, the loop that executes runs, the agents, and the reconciler that looks after them all. */
import type { AgentDefinition, InstalledAgent } from '../domain/agent.ts'
import { attendedDeadline, rungDue } from '../domain/attended-time.ts'
import type { DataSources } from '../domain/data-sources.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { ok } from '../domain/result.ts'
import type { Risk } from '../domain/tool.ts'
import type { AgentDesk } from '../handlers/agent-desk.ts'
import { answerOf } from '../handlers/ask.ts'
import { attendedSchedule } from '../handlers/attended.ts'
import { contextAllowance, endExemptions } from '../handlers/exemptions.ts'
import { createPromptRegistry, type PromptRegistry } from '../handlers/prompt-registry.ts'
import type { Services } from '../handlers/services.ts'
import { figuresOf, type LastAnswer } from '../handlers/station.ts'
import type { InferenceHost } from '../models/llama-host.ts'
import { ownProcess } from '../platform/account.ts'
import { createChecks } from '../runs/checks.ts'
import { createBundler } from '../runs/context-bundles.ts'
import { createJournal } from '../runs/journal.ts'
import { type Agent, createLoop, loopLimits } from '../runs/loop.ts'
import { createReconciler } from '../runs/reconcile.ts'
import { createToolBreakers } from '../runs/tool-breakers.ts'
import { createVersionGuard } from '../runs/version-guard.ts'
import { createWriteDomains } from '../runs/write-domain.ts'
import { createPrompts } from '../store/prompts.ts'
import { createRunProjections } from '../store/run-projections.ts'
import { createTableQuery } from '../store/table-query.ts'
import { createTransaction } from '../store/transaction.ts'
import { createWriteDomainRows } from '../store/write-domains.ts'
import { findTool } from '../tools/registry.ts'
import type { AnyTool } from '../tools/tool.ts'
import type { ChildHost, Clock, Failpoint, Outside } from '../world.ts'
import { createAgentPacks } from './agent-packs.ts'
import { openAgentShelf } from './agent-shelf.ts'
import { agentMaker, toolContexts } from './agents.ts'
import { askAgent, draftParts } from './ask.ts'
import { labelCheck } from './checks.ts'
import { type CrossingHome, crossings } from './crossings.ts'
import { createPackHomes } from './pack-homes.ts'
import { createReach } from './reach.ts'
import { installedAgents } from './read-agents.ts'
import { createSiteMarks } from './site-marks.ts'
import type { Holdings } from './store.ts'

/** Seams of the engine that tests replace. */
export interface EngineWorld {
  readonly clock?: Clock
  readonly failpoint?: Failpoint
  readonly inference?: (real: InferenceHost) => InferenceHost
  readonly agents?: readonly InstalledAgent[]
  /** What the ask agent may retrieve. */
  readonly askSources?: DataSources
  readonly findTool?: (name: string) => AnyTool | null
  /** In the place of the tiers that an administrator configured. */
  readonly outside?: Pick<CrossingHome, 'outside' | 'endpoints'>
}

type Known = Pick<
  Services,
  | 'policy'
  | 'sightOf'
  | 'tenant'
  | 'boot'
  | 'paths'
  | 'clock'
  | 'newId'
  | 'ceiling'
  | 'feed'
  | 'recall'
  | 'models'
  | 'inference'
  | 'redact'
  | 'onDefect'
  | 'version'
>

export interface EngineParts extends Known {
  readonly holdings: Holdings
  readonly childHost: ChildHost
  /** The tiers outside of this machine. */
  readonly outside: Outside
  readonly endpoints: () => readonly Endpoint[]
  readonly failpoint: Failpoint
  readonly world: EngineWorld
  /** Notes what else has run out. */
  readonly endExpired: () => void
  readonly publish: (events: readonly RecordedEvent[]) => void
  /** A tool is not asked any more. */
  readonly breakerOpened: (tool: string, runId: string) => void
  /** A run has ended or is held. */
  readonly runMoved: (runId: string) => void
}

export function openEngine(parts: EngineParts) {
  const {
    holdings,
    childHost,
    failpoint,
    world,
    publish,
    tenant,
    boot,
    paths,
    clock,
    newId,
    ceiling,
    feed,
    recall,
    models,
    inference,
    onDefect,
  } = parts
  const { db, log, labels, bodies, settings, runs, reader, ledger, station, collections } = holdings
  const journal = createJournal(
    {
      transaction: createTransaction(db),
      readStream: (stream) => log.readStream(stream),
      append: log.append,
      project: createRunProjections(db, labels, ledger, tenant),
      putBody: bodies.put,
    },
    clock,
    ceiling,
    publish,
    failpoint,
  )

  const bundler = createBundler({
    ...{ bundles: holdings.contextBundles, bodies, runs, readStream: (stream) => log.readStream(stream), clock, failpoint, onDefect },
    transaction: createTransaction(db),
  })
  const lifting = { db, tenant, clock, station, ceiling }
  const schedule = () => attendedSchedule(settings, clock())
  const breakers = createToolBreakers(clock, parts.breakerOpened)
  const reach = createReach({ runs, sightOf: parts.sightOf, ceiling })
  const checks = createChecks({ checks: [labelCheck(reach.ceiling)], clock, onDefect })
  const toolHome = { ...holdings, recall, ceiling: reach.ceiling, paths, queryTable: createTableQuery(childHost) }
  const deadline = (attendedMs: number) => attendedDeadline(clock(), attendedMs, schedule())
  const isGuarded = (risk: Risk) => parts.policy().approvals.includes(risk)
  const tools = { isGuarded, breakers, findTool: world.findTool ?? findTool, newId, clock, onDefect, deadline, checks }
  const { outside, endpoints } = world.outside ?? parts
  const goUp = crossings({ ...parts, outside, endpoints, deadline })
  const askParts = {
    ...{ recall, reader, labels, inference, models, ceiling: reach.ceiling, collections, feed, goUp, labelOf: bodies.labelOf },
    ...{ allowance: () => contextAllowance(lifting), redact: parts.redact },
  }
  // Questions are asked of the product's own agent, whatever a test brings.
  const product = installedAgents()
  const brought = new Set(world.agents?.map(({ definition }) => definition.name))
  const own = product.filter(
    ({ definition }) => world.agents === undefined || (definition.output === 'answer' && !brought.has(definition.name)),
  )
  const builtIn = [...own, ...(world.agents ?? [])]
  const registry: PromptRegistry = createPromptRegistry({
    ...{ prompts: createPrompts(db, labels, tenant), bodies, station, newId, clock, models, inference },
    ...{ findTool: tools.findTool, agents: (within) => shelf.definitions(within), labelOf: (agent) => shelf.labelOf(agent) },
  })
  const writeDomains = createWriteDomains({
    ...{ journal, readBody: bodies.read, rows: createWriteDomainRows(db, tenant) },
    statusOf: (runId) => runs.get(runId)?.status ?? null,
  })
  const packHomes = createPackHomes(paths.agents, ceiling)
  const shelf: AgentDesk = openAgentShelf(
    { folder: paths.agents, builtIn, findTool: tools.findTool, countPrompt: registry.countInUse },
    packHomes.labels,
  )
  const makeAgent = agentMaker({
    ...{ ...toolHome, draft: draftParts(askParts), ...tools, promptOf: registry.promptOf, agents: shelf.definitions },
    findMore: createSiteMarks(parts.policy),
    writeTurn: writeDomains.turnOf,
  })
  /** Each definition's agent is made once; after a reload there are other definitions. */
  const made = new WeakMap<AgentDefinition, Agent>()
  const agentOf = (name: string): Agent | undefined => {
    const definition = shelf.find(name)?.definition
    if (definition === undefined) return undefined
    let agent = made.get(definition)
    if (agent === undefined) {
      const sources = definition.name === 'ask' ? (world.askSources ?? definition) : definition
      agent = reach.bounded(
        definition.output === 'answer'
          ? askAgent(askParts, sources, (run) => {
              const text = registry.promptOf(definition, run, 'draft')
              return text.ok ? ok(text.value ?? '') : text
            })
          : makeAgent(definition),
      )
      made.set(definition, agent)
    }
    return agent
  }
  let last: LastAnswer = null
  const loop = createLoop({
    journal,
    agentOf,
    runsWith: runs.withStatus,
    readBody: bodies.read,
    versionHold: createVersionGuard({
      definitionOf: (name) => shelf.find(name)?.definition,
      ...{ labelOf: shelf.labelOf, readBody: bodies.read, readStream: (stream) => log.readStream(stream) },
    }),
    executor: { boot, ...ownProcess },
    newId,
    quotaLeft: ledger.left,
    verdictOn: checks.verdictOn,
    workers: () => ledger.limits().concurrentRunsMax ?? loopLimits.workers,
    failpoint,
    onStopped: (runId) => {
      feed.stopped(runId)
      writeDomains.release()
      parts.runMoved(runId)
      const row = runs.get(runId)
      const answer = row === null ? null : answerOf({ bodies }, row)
      if (answer !== null) last = figuresOf(answer)
    },
    onDefect,
  })
  const reconciler = createReconciler({
    journal,
    runsWith: runs.withStatus,
    openHolds: holdings.holds.open,
    isExecuting: loop.isExecuting,
    interrupt: loop.interrupt,
    wake: loop.wake,
    rungDue: (openedAt, now) => rungDue(openedAt, now, schedule()),
    endExpired: () => {
      endExemptions(lifting)
      writeDomains.look()
      parts.endExpired()
    },
    newId,
    clock,
    failpoint,
    onDefect,
  })
  return {
    services: {
      journal,
      loop,
      breakers,
      agents: shelf,
      prompts: registry,
      packs: createAgentPacks({
        ...{ folder: paths.agents, homes: packHomes, version: parts.version, shelf, prompts: registry, findTool: tools.findTool },
        builtIn: new Set(builtIn.map(({ definition }) => definition.name)),
      }),
      toolContextOf: toolContexts(toolHome, null),
    },
    lastAnswer: () => last,
    /** Events that were just committed. */
    recorded: (events: readonly RecordedEvent[]) => {
      writeDomains.recorded(events)
      bundler.recorded(events)
    },
    /** Resolves when no context bundle is left to be made. */
    idle: bundler.idle,
    /** Takes up what an earlier core left; with `isHolding`, everything that waits is held first. */
    start: (isHolding: boolean) => {
      registry.seed(builtIn)
      // What the product brought may be what an agent of the site is led by.
      shelf.reload()
      loop.recover()
      if (isHolding) loop.holdAll()
      bundler.recover()
      reconciler.look()
      reconciler.start()
    },
    close: async () => {
      reconciler.close()
      await loop.close()
      bundler.close()
    },
  }
}

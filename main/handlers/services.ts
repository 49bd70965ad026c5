/** What handlers work with: the parts of the core, put together in `app.ts`. */

import type { CallName } from '../contract/calls.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { Actor } from '../domain/actor.ts'
import type { GateVerdict } from '../domain/gate-policy.ts'
import type { Label } from '../domain/label.ts'
import type { MissionPlan } from '../domain/mission/plan.ts'
import type { PolicyInForce } from '../domain/policy.ts'
import type { Failure, Result } from '../domain/result.ts'
import type { Role } from '../domain/role.ts'
import type { Tier } from '../domain/tier.ts'
import type { Exporter } from '../exports/exporter.ts'
import type { Feed } from '../feed.ts'
import type { Ingest } from '../memory/ingest.ts'
import type { Recall } from '../memory/recall.ts'
import type { VectorUpkeep } from '../memory/vector-upkeep.ts'
import type { InferenceHost } from '../models/llama-host.ts'
import type { Registry } from '../models/registry.ts'
import type { JournalState } from '../platform/system-journal.ts'
import type { Router } from '../routing/choose.ts'
import type { EndpointHealth } from '../routing/health.ts'
import type { OpenedOutside } from '../routing/outside.ts'
import type { SecretStore } from '../routing/secrets.ts'
import type { CarryIn } from '../runs/carry-in.ts'
import type { Journal } from '../runs/journal.ts'
import type { Loop } from '../runs/loop.ts'
import type { MissionDriver } from '../runs/mission-driver.ts'
import type { MissionJournal } from '../runs/mission-journal.ts'
import type { WatchedBreakers } from '../runs/tool-breakers.ts'
import type { ToolParts } from '../runs/tool-step.ts'
import type { AuditDesk } from '../store/audit-desk.ts'
import type { Backups } from '../store/backups.ts'
import type { Board } from '../store/board.ts'
import type { Bodies } from '../store/bodies.ts'
import type { BudgetLedger } from '../store/budget-ledger.ts'
import type { BundleImports } from '../store/bundle-imports.ts'
import type { Collections } from '../store/collections.ts'
import type { ContextBundles } from '../store/context-bundles.ts'
import type { Documents } from '../store/documents.ts'
import type { Endpoints } from '../store/endpoints.ts'
import type { EventLog } from '../store/event-log.ts'
import type { Holds } from '../store/holds.ts'
import type { Imports } from '../store/imports.ts'
import type { Incidents } from '../store/incidents.ts'
import type { Labels } from '../store/labels.ts'
import type { Missions } from '../store/missions.ts'
import type { Db } from '../store/open.ts'
import type { PassageRow } from '../store/passages.ts'
import type { Reader } from '../store/reader.ts'
import type { Restored } from '../store/restore.ts'
import type { Routes } from '../store/routes.ts'
import type { RunFiguresStore } from '../store/run-figures.ts'
import type { Runs } from '../store/runs.ts'
import type { ServeKeys } from '../store/serve-keys.ts'
import type { Settings } from '../store/settings.ts'
import type { StationLog } from '../store/station-log.ts'
import type { Steps } from '../store/steps.ts'
import type { Uploads } from '../store/uploads.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Clock, NewId, Outside, Paths } from '../world.ts'
import type { Activity } from './activity.ts'
import type { AgentDesk, AgentFiles, AgentPacks, TrialAgent } from './agent-desk.ts'
import type { BundleServices } from './bundle-desk.ts'
import type { DriftDesk } from './drift-desk.ts'
import type { Dual, DualDesk } from './dual.ts'
import type { EgressDesk } from './egress.ts'
import type { IncidentDesk } from './incident-desk.ts'
import type { PolicyDesk } from './policy-desk.ts'
import type { PromptDesk } from './prompt-desk.ts'
import type { ServeDesk } from './serve.ts'
import type { Sight } from './sight.ts'

/** What those who configure the tiers and look at decisions work with. */
export interface RoutingDesk {
  readonly router: Router
  readonly health: EndpointHealth
  readonly secrets: SecretStore
  readonly test: OpenedOutside['test']
  /** Why no other machine can be reached at all; null where one can. */
  readonly refusal: Result<never> | null
  /** Milliseconds to the first token that are aimed at, by tier; null = none are. */
  readonly objectiveOf: (tier: Tier) => number | null
}

export interface Services {
  readonly version: string
  readonly boot: string
  readonly account: string
  readonly tenant: string
  readonly paths: Paths
  /** What this machine is called, for papers that leave it. */
  readonly stationName: string
  /** Takes out every secret that is kept here. */
  readonly redact: (text: string) => string
  readonly clock: Clock
  readonly newId: NewId
  readonly db: Db
  readonly labels: Labels
  readonly bodies: Bodies
  readonly log: EventLog
  readonly settings: Settings
  readonly collections: Collections
  readonly documents: Documents
  readonly imports: Imports
  readonly bundleImports: BundleImports
  readonly uploads: Uploads
  readonly runs: Runs
  /** Ended runs in numbers. */
  readonly runFigures: RunFiguresStore
  readonly drift: DriftDesk
  readonly incidents: Incidents
  readonly incidentDesk: IncidentDesk
  readonly metrics: Pick<Metrics, 'text'>
  readonly holds: Holds
  readonly steps: Steps
  readonly ledger: BudgetLedger
  /** What is handed on between sessions of work. */
  readonly contextBundles: ContextBundles
  readonly station: StationLog
  /** Takes in a run that was made elsewhere, once its file was checked. */
  readonly carryIn: CarryIn
  readonly journal: Journal
  readonly loop: Loop
  /** Agents that are offered here. */
  readonly agents: AgentDesk
  readonly agentFiles: AgentFiles
  readonly trialAgent: TrialAgent
  readonly packs: AgentPacks
  /** The words that lead them. */
  readonly prompts: PromptDesk
  readonly breakers: WatchedBreakers
  readonly missions: Missions
  readonly board: Board
  readonly missionJournal: MissionJournal
  readonly missionDriver: MissionDriver
  /** How closely a person should look at a plan. */
  readonly judgePlan: (plan: MissionPlan) => GateVerdict
  /** Where a call of a run works. */
  readonly toolContextOf: ToolParts['contextOf']
  readonly ingest: Ingest
  readonly reader: Reader
  /** Sets papers that leave the window. */
  readonly exporter: Exporter
  readonly recall: Recall<PassageRow>
  readonly upkeep: VectorUpkeep
  readonly inference: InferenceHost
  readonly models: Registry
  /** The tiers outside of this machine. */
  readonly outside: Outside
  readonly routing: RoutingDesk
  readonly endpoints: Endpoints
  readonly routes: Routes
  readonly feed: Feed
  readonly audit: AuditDesk
  readonly serveKeys: ServeKeys
  readonly serve: ServeDesk
  readonly activity: Activity
  readonly backups: Backups
  /** Puts the newest verified backup in place; the core must be started again after it. */
  readonly restore: () => Promise<Result<Restored>>
  readonly journalState: () => JournalState
  readonly bundles: BundleServices
  readonly egress: EgressDesk
  /** The policy in force, from memory: without IO, for every decision anew. */
  readonly policy: () => PolicyInForce
  readonly rolesOf: (account: string) => readonly Role[]
  /** The highest label that an account may see here: what its roles are cleared for, under the station ceiling; null = nothing. */
  readonly clearanceOf: (account: string) => Label | null
  /** What an account may see of what is held here; null = everything. */
  readonly sightOf: (account: string) => Sight
  /** Wraps a handler whose act the policy may give to two persons. */
  readonly dual: Dual
  readonly acts: DualDesk
  readonly policyDesk: PolicyDesk
  /** Puts a signed policy in force, after whoever asks was found to be allowed to. */
  readonly loadPolicy: Handlers['policy.load']
  /** Whether the roles of an account allow a call. */
  readonly mayCall: (name: CallName, caller: Caller) => Failure | null
  /** The station ceiling as it stands: what nothing held may exceed. */
  readonly ceiling: () => Label
  readonly onDefect: (where: string, error: unknown) => void
}

/** A person acts through a shell; the event names their account. */
export const operator = (caller: Caller): Actor => ({ issuer: 'operator', account: caller.account })

/** What each command of the line prints with `--json`: exactly one document. A failure is the same for all. */
import * as z from 'zod'
import { AgentTrial } from '../domain/agent-trial.ts'
import { Answer } from '../domain/answer.ts'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'
import { MissionPlan } from '../domain/mission/plan.ts'
import { RecordedEvent } from '../domain/recorded-event.ts'
import { Failure } from '../domain/result.ts'
import { RouteDecision } from '../domain/route.ts'
import { OtlpTrace } from '../domain/trace-otlp.ts'
import { Act, ActDetail, ActOutcome } from './acts.ts'
import { AgentCheck, AgentDetail, AgentList, AgentPack, RunBudget } from './agents.ts'
import { Approval, ApprovalItem } from './approvals.ts'
import { AuditExport, AuditStatus, AuditVerification, BackupMade, StoreRestored } from './audit.ts'
import { BundlePlaced } from './bundle-placed.ts'
import { BundleCheck, BundleExport, BundleInspection, BundleStatus, BundleSweep, BundleWork } from './bundles.ts'
import { BundleDetail, BundleSummary, ShownContext } from './context.ts'
import { EgressCounts, EgressEntry, EgressExport, EgressSelfTest } from './egress.ts'
import { Collection, DocumentContent, DocumentLabels, DocumentSummary, Import, ImportedFile, SearchResult } from './holdings.ts'
import { BoardView, LessonList, MissionDetail, MissionList, missionCalls } from './missions.ts'
import { Diagnostics, DoctorReport, Model } from './models.ts'
import { Authority, Paper, Released } from './papers.ts'
import { PolicyCheck, PolicyDiff, PolicyStatus } from './policy.ts'
import { PromptDetail, PromptDiff, PromptSummary } from './prompts.ts'
import { Replay, RunDiff } from './replay.ts'
import { RunSummary } from './runs.ts'
import { ServeKey, ServeKeyAdded, ServeStatus } from './serve.ts'
import { DriftReport, Incident, IncidentList, MetricsText, Review } from './telemetry.ts'
import { EndpointStatus, EndpointTest, Override, TierList } from './tiers.ts'

const count = z.int().min(0)

export const CommandFailure = z.strictObject({ ok: z.literal(false), error: Failure })

/** A run as it was left: ended, held, or still under way when nobody waited for it. */
const BundleFacts = z.strictObject({
  digest: z.string(),
  channel: z.string(),
  version: z.string(),
  seq: count,
  items: count,
  sizeBytes: count,
})
const Root = z.strictObject({
  file: z.string(),
  version: count,
  purpose: z.enum(['production', 'development']),
  fingerprint: z.string(),
  roles: z.array(
    z.strictObject({ role: z.string(), threshold: count, keys: z.array(z.strictObject({ keyId: z.string(), name: z.string() })) }),
  ),
})
const KeyPair = z.strictObject({ keyId: z.string(), secretFile: z.string(), publicFile: z.string(), publicKey: z.string() })

const FollowedRun = z.strictObject({ run: RunSummary, result: z.string().nullable() })

export const commandOutputs = {
  metrics: MetricsText,
  /** As OpenTelemetry writes it. */
  trace: OtlpTrace,
  report: Review,
  /** Exit code 1 when something has drifted. */
  drift: DriftReport,
  'incidents list': IncidentList,
  'incidents show': Incident,
  'incidents close': Incident,
  /** Exit code 1 when a file was refused; all outcomes are listed all the same. */
  ingest: z.strictObject({ import: Import, files: z.array(ImportedFile) }),
  /** "Not in your documents" is a success with `supported: false`. */
  ask: Answer,
  search: SearchResult,
  /** The paper lies in `file`; nothing is written over. */
  export: Paper.omit({ data: true, fileName: true }).extend({ file: z.string() }),
  release: Released,
  /** Exit code 1 when the run did not complete. `result` is the text it left, null before or without one. */
  run: FollowedRun,
  'runs list': z.strictObject({ items: z.array(RunSummary), total: count }),
  'runs show': z.strictObject({ run: RunSummary, events: z.array(RecordedEvent) }),
  'runs pause': RunSummary,
  'runs resume': RunSummary,
  'runs cancel': RunSummary,
  'runs raise': RunBudget,
  'runs retry': FollowedRun,
  'runs fork': FollowedRun,
  /** Exit code 1 when the log, the rows or a text is not what it should be. */
  'runs replay': Replay,
  'runs diff': RunDiff,
  'runs export': z.strictObject({ runId: idOf('run'), file: z.string(), sizeBytes: count, digest: Digest }),
  'runs import': RunSummary,
  'mission start': MissionDetail,
  'mission show': MissionDetail,
  'mission commit': MissionDetail,
  'mission release': MissionDetail,
  'mission revise': MissionDetail,
  'mission redirect': MissionDetail,
  'mission fix': MissionDetail,
  'mission proceed': MissionDetail,
  'mission join': MissionDetail,
  'mission hold': MissionDetail,
  'mission rollback': MissionDetail,
  'mission pause': MissionDetail,
  'mission resume': MissionDetail,
  'mission abort': MissionDetail,
  'mission plan': MissionPlan,
  'mission replan': MissionDetail,
  'mission list': MissionList,
  'mission board': BoardView,
  'mission learn': missionCalls['board.learn'].output,
  'mission lessons': LessonList,
  'context show': ShownContext,
  'context bundles list': z.strictObject({ items: z.array(BundleSummary), total: count }),
  /** Exit code 1 when it is not what was recorded. */
  'context bundles show': BundleDetail.extend({ chain: z.array(BundleSummary) }),
  'context bundles expand': z.strictObject({ id: z.string(), section: z.string().nullable(), text: z.string() }),
  'approvals list': z.strictObject({ items: z.array(ApprovalItem), total: count, open: count }),
  'approvals show': Approval,
  'approvals approve': Approval,
  'approvals reject': Approval,
  'approvals revise': Approval,
  'approvals answer': Approval,
  'documents list': z.strictObject({ items: z.array(DocumentSummary), total: count }),
  'documents show': DocumentContent,
  'documents relabel': DocumentLabels,
  'documents remove': z.strictObject({ documentId: idOf('doc') }),
  'collections list': z.strictObject({ items: z.array(Collection) }),
  'collections relabel': Collection,
  'authority show': Authority,
  'authority set': Authority,
  /** Exit code 1 when the files were read again and one of them is refused. */
  'agents list': AgentList,
  'agents show': AgentDetail,
  /** Exit code 1 when it would not be offered. */
  'agents check': AgentCheck,
  /** Exit code 1 when anything would be otherwise, or the run would not have begun. */
  'agents try': AgentTrial,
  'agents new': z.strictObject({ name: z.string(), file: z.string() }),
  'agents pack': z.strictObject({
    ...{ name: z.string(), version: z.string(), agents: z.array(z.string()), file: z.string(), sizeBytes: count, sha256: z.string() },
  }),
  'agents install': AgentPack,
  'prompts list': z.strictObject({ items: z.array(PromptSummary) }),
  'prompts show': PromptDetail,
  'prompts diff': PromptDiff,
  'prompts publish': PromptDetail,
  'prompts label': PromptDetail,
  'models list': z.strictObject({ items: z.array(Model) }),
  'models import': Model,
  /** Exit code 1 when a file is not what was admitted. */
  'models verify': z.strictObject({ items: z.array(Model) }),
  'tiers list': TierList,
  'tiers add': EndpointStatus,
  'tiers secret': EndpointStatus,
  /** Exit code 1 when it did not answer well. */
  'tiers test': EndpointTest,
  'tiers remove': z.strictObject({ endpointId: idOf('end') }),
  'route explain': RouteDecision,
  'route override': Override,
  /** Exit code 1 when a check failed. */
  doctor: DoctorReport,
  /** `doctor --export`. */
  'doctor export': Diagnostics,
  /** Exit code 1 when the log does not hold; it names the first bad event. */
  'audit verify': AuditVerification,
  'audit export': AuditExport,
  'audit checkpoint': AuditStatus,
  'egress list': z.strictObject({ items: z.array(EgressEntry), total: count, ever: EgressCounts }),
  'egress export': EgressExport,
  /** Exit code 1 when an attempt was not caught, or not recorded. */
  'egress test': EgressSelfTest,
  backup: BackupMade,
  /** The core must be started again after it. */
  restore: StoreRestored,
  /** Printed once it is open; the command then stays while its own core serves, and returns at once where another core does. */
  serve: ServeStatus,
  'serve status': ServeStatus,
  'serve close': ServeStatus,
  /** The secret is shown this once. */
  'serve keys add': ServeKeyAdded,
  'serve keys list': z.strictObject({ items: z.array(ServeKey) }),
  'serve keys revoke': ServeKey,
  'policy show': PolicyStatus,
  /** Exit code 1 when it would not be loaded. */
  'policy check': PolicyCheck,
  'policy load': PolicyStatus,
  'policy diff': PolicyDiff,
  'policy sign': z.strictObject({ file: z.string(), keyId: z.string(), version: count }),
  'policy keygen': KeyPair,
  'acts list': z.strictObject({ items: z.array(Act), total: count }),
  'acts show': ActDetail,
  /** Exit code 1 when it was confirmed and could not be done. */
  'acts confirm': ActOutcome,
  'acts reject': ActDetail,
  'bundle keygen': KeyPair,
  'bundle root new': Root,
  'bundle root show': Root,
  'bundle root sign': z.strictObject({ keyId: z.string(), file: z.string() }),
  'bundle draft': z.strictObject({
    file: z.string(),
    artifacts: z.array(z.string()),
    serves: z.strictObject({ chat: z.string().nullable(), embed: z.string().nullable(), rerank: z.string().nullable() }),
  }),
  'bundle pack': BundleFacts.extend({ folder: z.string(), omitted: z.array(z.string()) }),
  'bundle sign': BundleFacts.extend({ keyId: z.string() }),
  'bundle revolume': z.strictObject({
    digest: z.string(),
    volumes: z.array(z.strictObject({ folder: z.string(), files: count, bytes: count })),
  }),
  /** `kept`: files that lay on the medium already, byte for byte. */
  'bundle copy': BundleFacts.extend({ medium: z.string(), files: count, bytes: count, kept: count, custodyHead: z.string() }),
  'bundle verify': z.strictObject({
    ...{ digest: z.string(), channel: z.string(), version: z.string(), seq: count, purpose: z.enum(['production', 'development']) },
    ...{ signers: z.array(z.string()), files: count, absent: z.array(z.string()) },
    volume: z.strictObject({ index: count, of: count }).nullable(),
  }),
  'bundle sheet': z.strictObject({ file: z.string(), digest: z.string() }),
  'bundle diff': z.strictObject({
    ...{ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()), movedBytes: count },
  }),
  'bundle trust': BundleStatus,
  'bundle inspect': BundleInspection,
  /** Exit code 1 when this machine cannot take it. */
  'bundle plan': BundleInspection,
  /** `waiting` is a success: other volumes have yet to come. */
  'bundle load': BundleWork,
  'bundle status': BundleStatus.extend({ placed: BundlePlaced }),
  /** Exit code 1 when its trial failed; what served before goes on. */
  'bundle activate': BundleWork,
  'bundle rollback': BundleWork,
  'bundle pin': BundleStatus,
  /** Exit code 1 when a file is not what was signed. */
  'bundle fsck': BundleCheck,
  'bundle gc': BundleSweep,
  'bundle export': BundleExport,
  'console url': z.strictObject({ url: z.url() }),
} as const
export type CommandName = keyof typeof commandOutputs
export type CommandOutput<N extends CommandName> = z.infer<(typeof commandOutputs)[N]>

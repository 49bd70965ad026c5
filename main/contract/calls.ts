/** Every call there is. Adding one = an entry here and a handler; the compiler finds the rest. */
import * as z from 'zod'
import { AttendedSchedule } from '../domain/attended-time.ts'
import { Budget } from '../domain/budget.ts'
import { Digest } from '../domain/digest.ts'
import { Guardrail, Justification } from '../domain/exemption.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf, PassageId } from '../domain/ids.ts'
import { Label, LabelName } from '../domain/label.ts'
import { policyLimits } from '../domain/policy.ts'
import { RecordedEvent } from '../domain/recorded-event.ts'
import { ApprovalScope } from '../domain/run/events.ts'
import { StepPhase } from '../domain/run/step-phases.ts'
import { RunStatus } from '../domain/run/transitions.ts'
import { Tier } from '../domain/tier.ts'
import { Act, ActDetail, ActOutcome } from './acts.ts'
import { agentCalls, fileSource } from './agent-calls.ts'
import { Quota, QuotaStatus, RunBudget, StepSummary, ToolSummary } from './agents.ts'
import { Answer } from './answer.ts'
import { Approval, ApprovalItem } from './approvals.ts'
import { AuditExport, AuditPublicKey, AuditStatus, AuditVerification, BackupMade, StoreRestored } from './audit.ts'
import { bundleCalls } from './bundles.ts'
import { contextCalls } from './context.ts'
import { call } from './define.ts'
import { egressCalls } from './egress.ts'
import { Exemption } from './exemptions.ts'
import {
  BlockPage,
  ByteRange,
  Collection,
  CollectionName,
  DocumentContent,
  DocumentLabels,
  DocumentSummary,
  FileOutcome,
  Import,
  ImportedFile,
  LabelReason,
  PassageDetail,
  SearchResult,
  StartImport,
} from './holdings.ts'
import { missionCalls } from './missions.ts'
import { Diagnostics, DoctorReport, Model } from './models.ts'
import { Authority, Paper, PaperOptions, Released } from './papers.ts'
import { PolicyCheck, PolicyDiff, PolicyStatus } from './policy.ts'
import { promptCalls } from './prompts.ts'
import { ExportChunk, Replay, RunDiff } from './replay.ts'
import { BodyText, RunSummary } from './runs.ts'
import { AddServeKey, OpenServe, ServeKey, ServeKeyAdded, ServeStatus } from './serve.ts'
import { StationStatus } from './station.ts'
import { telemetryCalls } from './telemetry.ts'
import { tierCalls } from './tiers.ts'

const count = z.int().min(0)
const nothing = z.strictObject({})
const page = { limit: z.int().min(1).max(holdingsLimits.pageMax).default(50), offset: count.default(0) }
const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), total: count })
const question = z.string().trim().min(1).max(holdingsLimits.queryCharsMax)
const runId = z.strictObject({ runId: idOf('run') })
/** `same`: what led the first run, to the letter. */
const WhichPrompts = z.enum(['same', 'current']).default('same')
const Attended = AttendedSchedule.pick({ open: true })
const holdId = z.strictObject({ holdId: idOf('hld') })
const policyText = z.string().max(policyLimits.bytesMax)
const signatureText = z.string().max(4_096)
const keyText = z.string().max(4_096)
const actId = z.strictObject({ actId: idOf('act') })
const feedback = z.string().trim().min(1).max(holdingsLimits.queryCharsMax)

export const Conversation = z.strictObject({
  id: idOf('cnv'),
  title: z.string(),
  collection: z.string().nullable(),
  runs: count,
  createdAt: count,
  lastAt: count,
})
export type Conversation = z.infer<typeof Conversation>

/** One question of a conversation with what became of it. */
export const Turn = z.strictObject({
  run: RunSummary,
  question: z.string(),
  /** Of the question itself, as it was given; null after a purge. */
  questionLabel: Label.nullable(),
  answer: Answer.nullable(),
})
export type Turn = z.infer<typeof Turn>

export const calls = {
  'station.status': call('What this machine is, what serves on it, what it holds', nothing, StationStatus),
  'station.configure': call(
    'Set the station ceiling: the highest label this machine may hold',
    z.strictObject({ ceiling: z.union([LabelName, Label]) }),
    StationStatus,
  ),
  'station.diagnostics': call(
    'Write what somebody elsewhere needs to help: plain files, without texts, names or keys',
    nothing,
    Diagnostics,
  ),
  'station.doctor': call('Check this machine: storage, models, search, parsers, isolation', nothing, DoctorReport),

  'sample.load': call('Import the sample case that ships with the product', nothing, z.strictObject({ importId: idOf('imp') })),

  'collections.list': call('All collections', nothing, z.strictObject({ items: z.array(Collection) })),
  'collections.relabel': call(
    'Change the floor of a collection; raised, it raises its documents. Lowering wants a security officer and a reason',
    z.strictObject({ collection: CollectionName, label: Label, reason: LabelReason.optional() }),
    Collection,
  ),

  'uploads.begin': call(
    'Begin to send a file to this machine',
    z.strictObject({ name: z.string().min(1).max(255), size: count }),
    z.strictObject({ uploadId: idOf('upl') }),
  ),
  'uploads.append': call(
    'Send the next bytes of an upload, base64; they must start where the last ones ended',
    z.strictObject({ uploadId: idOf('upl'), offset: count, data: z.string().max(Math.ceil((holdingsLimits.chunkBytesMax * 4) / 3) + 4) }),
    z.strictObject({ received: count }),
  ),

  'imports.start': call('Import files, folders or uploads into a collection', StartImport, z.strictObject({ importId: idOf('imp') })),
  'imports.list': call('Imports, newest first', z.strictObject(page), pageOf(Import)),
  'imports.get': call('One import', z.strictObject({ importId: idOf('imp') }), Import),
  'imports.files': call(
    'What became of each file of an import',
    z.strictObject({ importId: idOf('imp'), outcomes: z.array(FileOutcome).optional(), ...page }),
    pageOf(ImportedFile),
  ),
  'imports.cancel': call('Stop an import; what is indexed stays', z.strictObject({ importId: idOf('imp') }), Import),

  'documents.list': call(
    'Documents, newest first',
    z.strictObject({ collection: CollectionName.optional(), contains: z.string().max(200).optional(), ...page }),
    pageOf(DocumentSummary),
  ),
  'documents.get': call('One document with the sizes of its pages', z.strictObject({ documentId: idOf('doc') }), DocumentContent),
  'documents.blocks': call(
    'The structure of a document: headings, paragraphs, rows',
    z.strictObject({ documentId: idOf('doc'), from: count.default(0), limit: z.int().min(1).max(500).default(200) }),
    BlockPage,
  ),
  'documents.bytes': call(
    'Bytes of the original file, base64',
    z.strictObject({ documentId: idOf('doc'), offset: count, length: z.int().min(1).max(holdingsLimits.chunkBytesMax) }),
    ByteRange,
  ),
  'documents.remove': call(
    'Remove a document with its passages and vectors',
    z.strictObject({ documentId: idOf('doc') }),
    z.strictObject({ documentId: idOf('doc') }),
  ),

  'documents.relabel': call(
    'Give a document another label; its passages follow. Lowering wants a security officer and a reason',
    z.strictObject({ documentId: idOf('doc'), label: Label, reason: LabelReason.optional() }),
    DocumentLabels,
  ),
  'documents.labels': call('The label of a document, and how it came to it', z.strictObject({ documentId: idOf('doc') }), DocumentLabels),

  'passages.get': call(
    'One passage, and where a quote stands in its document',
    z.strictObject({ passageId: PassageId, quote: z.string().max(4_000).optional() }),
    PassageDetail,
  ),
  'search.query': call(
    'Ranked passages, each with why it ranked there',
    z.strictObject({ query: question, collection: CollectionName.optional(), top: z.int().min(1).max(holdingsLimits.topMax).default(10) }),
    SearchResult,
  ),

  'ask.start': call(
    'Ask a question as a run of the ask agent',
    z.strictObject({
      question,
      collection: CollectionName.optional(),
      /** Null asks for no model; absent takes the active one. */
      modelId: idOf('mdl').nullable().optional(),
      top: z.int().min(1).max(20).default(8),
      conversationId: idOf('cnv').optional(),
      /** Where it should run; what leaves this machine is shown before. Absent = where the router says. */
      tier: Tier.optional(),
      /** Of the question itself; absent = as high as anything that this account may see. */
      label: Label.optional(),
    }),
    z.strictObject({ runId: idOf('run'), conversationId: idOf('cnv') }),
  ),
  'ask.answer': call(
    'The answer of a finished run; null while it is under way',
    runId,
    z.strictObject({ run: RunSummary, answer: Answer.nullable() }),
  ),

  'answers.export': call(
    'An answer, or the report of a run, as a marked paper: Markdown, HTML, PDF, DOCX, CSV or JSON',
    z.strictObject({ runId: idOf('run'), ...PaperOptions }),
    Paper,
  ),
  'answers.release': call(
    'Answer for what a run says: its exports are no working papers from then on, and name who and when',
    z.strictObject({ runId: idOf('run'), reason: LabelReason }),
    Released,
  ),
  'answers.released': call('Who answered for what a run says, and how an export would be marked', runId, Released),
  'conversations.export': call('A conversation as a marked paper', z.strictObject({ conversationId: idOf('cnv'), ...PaperOptions }), Paper),
  'authority.get': call('Who answers for classified papers where an export names nobody', nothing, Authority),
  'authority.set': call('Say who answers for classified papers', Authority, Authority),

  'conversations.list': call('Conversations, newest first', z.strictObject(page), pageOf(Conversation)),
  'conversations.get': call(
    'The questions and answers of a conversation, oldest first',
    z.strictObject({ conversationId: idOf('cnv') }),
    z.strictObject({ conversation: Conversation, turns: z.array(Turn) }),
  ),

  ...agentCalls,
  ...promptCalls,
  'tools.list': call('Tools that agents may be given', nothing, z.strictObject({ items: z.array(ToolSummary) })),

  'runs.start': call(
    'Start a run of an agent',
    z.strictObject({
      agent: z.string().min(1).max(64),
      input: z.record(z.string().max(64), z.json()),
      budget: Budget.partial().optional(),
      tier: Tier.optional(),
      /** Of what is asked for; absent = as high as anything that this account may see. */
      label: Label.optional(),
    }),
    z.strictObject({ runId: idOf('run') }),
  ),
  'runs.list': call(
    'Runs, newest first',
    z.strictObject({
      ...page,
      statuses: z.array(RunStatus).min(1).optional(),
      agent: z.string().min(1).max(64).optional(),
      /** Part of what was asked. */
      contains: z.string().trim().min(1).max(200).optional(),
    }),
    pageOf(RunSummary),
  ),
  'runs.get': call('One run', runId, RunSummary),
  'runs.events': call('The events of a run, oldest first', z.strictObject({ runId: idOf('run'), ...page }), pageOf(RecordedEvent)),
  'runs.pause': call('Hold a run at its next safe point', runId, RunSummary),
  'runs.resume': call('Release the hold of an operator', runId, RunSummary),
  'runs.cancel': call('Stop a run for good', runId, RunSummary),
  'runs.retry': call(
    'Try the same task again, as a new run; by the same words, or by those in use now',
    runId.extend({ prompts: WhichPrompts }),
    RunSummary,
  ),
  'runs.fork': call(
    'Begin a new run with a copy of this one up to a step',
    z.strictObject({ runId: idOf('run'), at: count, prompts: WhichPrompts }),
    RunSummary,
  ),
  'runs.replay': call('Fold the events of a run again, without effects, and compare', runId, Replay),
  'runs.diff': call('Two runs side by side', z.strictObject({ a: idOf('run'), b: idOf('run') }), RunDiff),
  'runs.export': call(
    'An ended run as one file: events, texts, models, passages, approvals',
    z.strictObject({ runId: idOf('run'), offset: count.default(0) }),
    ExportChunk,
  ),
  'runs.import': call('Take in a run that was exported elsewhere', z.strictObject({ source: fileSource }), RunSummary),
  'runs.budget': call('What a run may spend and has spent', runId, RunBudget),
  'runs.raise': call(
    'Change what a run may spend, and let it go on',
    z.strictObject({ runId: idOf('run'), budget: Budget.partial() }),
    RunBudget,
  ),
  'runs.undo': call('Take back what a call did', z.strictObject({ runId: idOf('run'), stepId: idOf('stp') }), StepSummary),
  'steps.list': call(
    'Calls, of one run in their order or of all runs newest first',
    z.strictObject({
      ...page,
      runId: idOf('run').optional(),
      agent: z.string().max(64).optional(),
      tool: z.string().max(64).optional(),
      phase: StepPhase.optional(),
    }),
    pageOf(StepSummary),
  ),

  'approvals.list': call(
    'What waits for a person, the most pressing first; or what was decided, newest first',
    z.strictObject({ ...page, isOpen: z.boolean().default(true) }),
    pageOf(ApprovalItem).extend({ open: count }),
  ),
  'approvals.get': call('One request to a person, with its exact arguments and what they would change', holdId, Approval),
  'approvals.approve': call(
    'Let exactly this call be made, once; or, what would leave this machine, for the rest of its run',
    z.strictObject({ holdId: idOf('hld'), argumentsHash: Digest, scope: ApprovalScope.default('once') }),
    Approval,
  ),
  'approvals.reject': call('Refuse this call, with a reason', z.strictObject({ holdId: idOf('hld'), feedback }), Approval),
  'approvals.revise': call(
    'Send this call back with what should be different',
    z.strictObject({ holdId: idOf('hld'), feedback }),
    Approval,
  ),
  'approvals.answer': call(
    'Answer a question, or decide on a proposal',
    z.strictObject({ holdId: idOf('hld'), answer: z.json() }),
    Approval,
  ),

  'attended.get': call('The hours in which people answer, as minutes of the local week', nothing, Attended),
  'attended.set': call('Set the hours in which people answer: only these count towards time limits of decisions', Attended, Attended),

  'quota.get': call('What all runs together may spend and have spent', nothing, QuotaStatus),
  'quota.set': call('Limit what all runs together may spend; null = no limit', Quota, QuotaStatus),
  'exemptions.grant': call(
    'Lift a guardrail for one hour, and say why; some can never be lifted',
    z.strictObject({ guardrail: Guardrail, justification: Justification }),
    Exemption,
  ),
  'exemptions.list': call('Guardrails that are or were lifted, newest first', z.strictObject(page), pageOf(Exemption)),
  'policy.get': call('The policy in force: what it says, how it stands, and what was loaded before', nothing, PolicyStatus),
  'policy.check': call(
    'Say everything that is wrong with a policy, and whether its signature counts here',
    z.strictObject({ policy: policyText, signature: signatureText.optional(), key: keyText.optional() }),
    PolicyCheck,
  ),
  'policy.diff': call('What would change with another policy', z.strictObject({ policy: policyText }), PolicyDiff),
  'policy.load': call(
    'Put a signed policy in force; the first one comes with the public key of whoever signs here',
    z.strictObject({ policy: policyText, signature: signatureText, key: keyText.optional() }),
    PolicyStatus,
  ),

  'acts.list': call(
    'Acts that want two persons: those that wait, or all, newest first',
    z.strictObject({ ...page, isOpen: z.boolean().default(true) }),
    pageOf(Act),
  ),
  'acts.get': call('One act, with exactly what was asked', actId, ActDetail),
  'acts.confirm': call(
    'Let exactly this act be done, as another person than the one who asked',
    z.strictObject({ actId: idOf('act'), argumentsHash: Digest }),
    ActOutcome,
  ),
  'acts.reject': call('Refuse an act, or take back what was asked', z.strictObject({ actId: idOf('act'), reason: feedback }), ActDetail),

  'bodies.read': call('The text an event points at', z.strictObject({ runId: idOf('run'), body: idOf('bdy') }), BodyText),

  'models.list': call('Admitted models', nothing, z.strictObject({ items: z.array(Model) })),
  'models.import': call('Copy a model in, check it and admit it', z.strictObject({ source: fileSource }), Model),
  'models.verify': call('Hash every admitted model again', nothing, z.strictObject({ items: z.array(Model) })),
  'models.activate': call('Use this model for its role', z.strictObject({ modelId: idOf('mdl') }), Model),

  'serve.status': call('Whether programs elsewhere may use the models here, where, and with how many keys', nothing, ServeStatus),
  'serve.open': call('Let programs with a key use the models here, by the OpenAI protocol', OpenServe, ServeStatus),
  'serve.close': call('Let no program use the models here any more', nothing, ServeStatus),
  'serve.addKey': call('Make a key for one program; its secret is shown this once', AddServeKey, ServeKeyAdded),
  'serve.keys': call('Keys, newest first', nothing, z.strictObject({ items: z.array(ServeKey) })),
  'serve.revokeKey': call('End a key for good', z.strictObject({ keyId: idOf('key') }), ServeKey),

  ...missionCalls,
  ...contextCalls,
  ...telemetryCalls,

  ...bundleCalls,

  ...tierCalls,
  ...egressCalls,

  'audit.status': call('How the audit log stands: sealed up to where, verified when, heard by whom', nothing, AuditStatus),
  'audit.verify': call('Verify the whole audit log, and name the first bad event', nothing, AuditVerification),
  'audit.cancel': call('Stop a verification that is under way', nothing, AuditStatus),
  'audit.checkpoint': call('Seal the audit log now', nothing, AuditStatus),
  'audit.export': call('Write the audit log into a file for a verifier elsewhere', nothing, AuditExport),
  'audit.publicKey': call('The public key that proves the audit log', nothing, AuditPublicKey),
  'station.backup': call('Make a verified backup of the store now', nothing, BackupMade),
  'station.restore': call('Put the newest verified backup in the place of a damaged store', nothing, StoreRestored),
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.input<Calls[N]['input']>
/** Input after defaults were filled in. */
export type ParsedInput<N extends CallName> = z.output<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.output<Calls[N]['output']>
export const callNames = Object.keys(calls) as readonly CallName[]

/** What each command of the line prints with `--json`: exactly one document. A failure is the same for all. */
import * as z from 'zod'
import { Answer } from '../domain/answer.ts'
import { idOf } from '../domain/ids.ts'
import { RecordedEvent } from '../domain/recorded-event.ts'
import { Failure } from '../domain/result.ts'
import { AuditExport, AuditStatus, AuditVerification, StoreBackup, StoreRestored } from './audit.ts'
import { DocumentContent, DocumentSummary, Import, ImportedFile, SearchResult } from './holdings.ts'
import { DoctorReport, Model } from './models.ts'
import { RunSummary } from './runs.ts'

const count = z.int().min(0)

export const CommandFailure = z.strictObject({ ok: z.literal(false), error: Failure })

export const commandOutputs = {
  /** Exit code 1 when a file was refused; all outcomes are listed all the same. */
  ingest: z.strictObject({ import: Import, files: z.array(ImportedFile) }),
  /** "Not in your documents" is a success with `supported: false`. */
  ask: Answer,
  search: SearchResult,
  'runs list': z.strictObject({ items: z.array(RunSummary), total: count }),
  'runs show': z.strictObject({ run: RunSummary, events: z.array(RecordedEvent) }),
  'documents list': z.strictObject({ items: z.array(DocumentSummary), total: count }),
  'documents show': DocumentContent,
  'documents remove': z.strictObject({ documentId: idOf('doc') }),
  'models list': z.strictObject({ items: z.array(Model) }),
  'models import': Model,
  /** Exit code 1 when a file is not what was admitted. */
  'models verify': z.strictObject({ items: z.array(Model) }),
  /** Exit code 1 when a check failed. */
  doctor: DoctorReport,
  /** Exit code 1 when the log does not hold; it names the first bad event. */
  'audit verify': AuditVerification,
  'audit export': AuditExport,
  'audit checkpoint': AuditStatus,
  backup: StoreBackup,
  /** The core must be started again after it. */
  restore: StoreRestored,
  'console url': z.strictObject({ url: z.url() }),
} as const
export type CommandName = keyof typeof commandOutputs
export type CommandOutput<N extends CommandName> = z.infer<(typeof commandOutputs)[N]>

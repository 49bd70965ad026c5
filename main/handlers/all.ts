/** Every handler, noun by noun. The compiler says when a call has none. */
import type { Handlers } from '../dispatch.ts'
import { actHandlers } from './acts.ts'
import { agentFileHandlers } from './agent-files.ts'
import { agentTextHandlers } from './agent-texts.ts'
import { agentTrialHandlers } from './agent-trial.ts'
import { agentHandlers } from './agents.ts'
import { approvalHandlers } from './approvals.ts'
import { askHandlers } from './ask.ts'
import { attendedHandlers } from './attended.ts'
import { auditHandlers } from './audit.ts'
import { backupHandlers } from './backups.ts'
import { boardHandlers } from './board.ts'
import { budgetHandlers } from './budgets.ts'
import { bundleHandlers } from './bundles.ts'
import { collectionHandlers } from './collections.ts'
import { contextHandlers } from './context.ts'
import { contextBundleHandlers } from './context-bundles.ts'
import { diagnosticsHandlers } from './diagnostics.ts'
import { doctorHandlers, selfCheck } from './doctor.ts'
import { documentHandlers } from './documents.ts'
import { egressHandlers } from './egress.ts'
import { exemptionHandlers } from './exemptions.ts'
import { importHandlers } from './imports.ts'
import { incidentHandlers } from './incidents.ts'
import { labelHandlers } from './labels.ts'
import { missionHandlers } from './missions.ts'
import { modelHandlers } from './models.ts'
import { paperHandlers } from './papers.ts'
import { policyHandlers } from './policy.ts'
import { promptHandlers } from './prompts.ts'
import { replayHandlers } from './replays.ts'
import { reviewHandlers } from './reviews.ts'
import { routeHandlers } from './routes.ts'
import { runFileHandlers } from './run-files.ts'
import { runHandlers } from './runs.ts'
import { sampleHandlers } from './sample.ts'
import { searchHandlers } from './search.ts'
import { serveHandlers } from './serve.ts'
import type { Services } from './services.ts'
import { type LastAnswer, stationHandlers } from './station.ts'
import { telemetryHandlers } from './telemetry.ts'
import { tierHandlers } from './tiers.ts'
import { traceHandlers } from './traces.ts'
import { uploadHandlers } from './uploads.ts'

export interface HandlerHooks {
  /** A model was admitted or activated: another embedder may serve. */
  readonly onModelsChanged: () => void
  readonly lastAnswer: () => LastAnswer
}

export const allHandlers = (services: Services, hooks: HandlerHooks): Handlers => ({
  ...stationHandlers(services, hooks.lastAnswer),
  ...doctorHandlers(services),
  ...diagnosticsHandlers(services, (account) => selfCheck(services, account)),
  ...auditHandlers(services),
  ...backupHandlers(services),
  ...telemetryHandlers(services),
  ...traceHandlers(services),
  ...reviewHandlers(services),
  ...incidentHandlers(services),
  ...sampleHandlers(services),
  ...collectionHandlers(services),
  ...uploadHandlers(services),
  ...importHandlers(services),
  ...documentHandlers(services),
  ...labelHandlers(services),
  ...searchHandlers(services),
  ...askHandlers(services),
  ...paperHandlers(services),
  ...runHandlers(services),
  ...agentHandlers(services),
  ...approvalHandlers(services),
  ...missionHandlers(services),
  ...boardHandlers(services),
  ...budgetHandlers(services),
  ...attendedHandlers(services),
  ...egressHandlers(services),
  ...exemptionHandlers(services),
  ...actHandlers(services),
  ...policyHandlers(services),
  ...agentFileHandlers(services),
  ...agentTextHandlers(services),
  ...agentTrialHandlers(services),
  ...promptHandlers(services),
  ...replayHandlers(services),
  ...contextHandlers(services),
  ...contextBundleHandlers(services),
  ...runFileHandlers(services),
  ...serveHandlers(services),
  ...tierHandlers(services),
  ...routeHandlers(services),
  ...bundleHandlers(services),
  ...modelHandlers(services, hooks.onModelsChanged),
})

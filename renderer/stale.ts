/** Which answers of which calls an event makes out of date. The only place that knows. */
import type { CallName } from '../main/contract/calls.ts'
import type { RecordedEvent } from '../main/domain/recorded-event.ts'

const holdings: readonly CallName[] = ['documents.list', 'documents.get', 'collections.list', 'station.status', 'search.query']
const imports: readonly CallName[] = ['imports.list', 'imports.get', 'imports.files', 'bundles.placed']
const models: readonly CallName[] = ['models.list', 'station.status']
/** An agent says what speaks against it, and that may be its prompt. */
const prompts: readonly CallName[] = ['prompts.list', 'prompts.get', 'agents.get']
const agents: readonly CallName[] = ['agents.list', 'agents.text', 'agents.packs', ...prompts]
/** A mission shows what its runs are doing and what they spent. */
const runs: readonly CallName[] = ['runs.list', 'runs.get', 'missions.get', 'traces.get']
const calls: readonly CallName[] = ['steps.list', 'runs.budget']
const approvals: readonly CallName[] = ['approvals.list', 'approvals.get']
const tiers: readonly CallName[] = ['tiers.list', 'tiers.statistics', 'route.explain', 'station.status']
const policy: readonly CallName[] = [...tiers, 'policy.get', 'quota.get', 'bundles.placed']
const acts: readonly CallName[] = ['acts.list', 'acts.get']
const serving: readonly CallName[] = ['serve.status', 'serve.keys']
const bundles: readonly CallName[] = ['bundles.status', 'bundles.placed']
const missions: readonly CallName[] = ['missions.list', 'missions.get', 'traces.get']
/** How agents do: counted when a run is over. */
const health: readonly CallName[] = ['incidents.list', 'station.metrics', 'reports.review']
const handedOn: readonly CallName[] = ['contextBundles.list']
const boards: readonly CallName[] = ['board.get', 'board.history', 'board.lessons', 'missions.list']
const conversations: readonly CallName[] = ['conversations.get', 'conversations.list']

export function staleAfter({ event }: RecordedEvent): readonly CallName[] {
  switch (event.type) {
    // What was only read, or done for safe-keeping, changes no answer.
    case 'search.made':
    case 'document.viewed':
    case 'call.denied':
    case 'core.started':
    case 'core.stopped':
    case 'export.made':
      return []
    case 'backup.made':
    case 'audit.verified':
    case 'audit.failed':
    case 'store.restored':
      return ['station.status', 'audit.status']
    case 'station.configured':
      return ['station.status']
    case 'collection.created':
      return ['collections.list', 'station.status']
    case 'import.started':
      return imports
    case 'import.finished':
    case 'document.added':
      return [...imports, ...holdings]
    case 'document.refused':
      return imports
    case 'document.removed':
      return [...holdings, 'documents.blocks', 'passages.get', 'bundles.placed']
    case 'model.admitted':
    case 'model.verified':
      return models
    case 'model.activated':
      // It counts tokens its own way.
      return [...models, ...prompts]
    case 'prompt.published':
    case 'prompt.labelled':
      return prompts
    case 'drift.recorded':
      return [...(event.part === 'agents' ? agents : prompts), 'reports.review']
    case 'tier.added':
    case 'tier.changed':
    case 'tier.removed':
    case 'tier.secret_changed':
    case 'tier.tested':
      return tiers
    case 'route.overridden':
      return [...tiers, 'route.overrides']
    case 'route.decided':
      return [...runs, ...calls, 'route.list', 'tiers.statistics']
    case 'policy.loaded':
      // It says how much must succeed, and which tools ask a person first.
      return [...policy, 'incidents.list', 'reports.review', 'tools.list']
    case 'policy.drifted':
      return policy
    case 'bundle.trusted':
    case 'bundle.loaded':
    case 'bundle.refused':
    case 'bundle.activation_failed':
    case 'bundle.swept':
      return bundles
    case 'bundle.activated':
      return [...bundles, ...models, ...agents]
    case 'bundle.imported':
      return [...bundles, ...imports]
    case 'policy.refused':
      return ['policy.get', 'bundles.placed']
    case 'egress.allowed':
    case 'egress.denied':
    case 'egress.tested':
      return ['egress.list', 'egress.status', 'station.status']
    case 'act.requested':
    case 'act.confirmed':
    case 'act.rejected':
    case 'act.expired':
    case 'act.ended':
      return acts
    case 'serve.opened':
    case 'serve.closed':
    case 'serve.key_added':
    case 'serve.key_revoked':
    case 'serve.called':
      return serving
    case 'serve.denied':
      return []
    case 'quota.changed':
      return ['quota.get']
    case 'attended.changed':
      return ['attended.get']
    case 'exemption.granted':
    case 'exemption.ended':
      return ['exemptions.list']
    case 'mission.created':
    case 'mission.looked':
    case 'mission.plan_started':
    case 'mission.plan_proposed':
    case 'mission.plan_refused':
    case 'mission.committed':
    case 'mission.shard_added':
    case 'mission.run_started':
    case 'mission.run_ended':
    case 'mission.result_checked':
    case 'mission.shard_skipped':
    case 'mission.joined':
    case 'mission.paused':
    case 'mission.resumed':
    case 'mission.completed':
    case 'gate.opened':
    case 'gate.decided':
      return missions
    case 'board.decided':
    case 'board.directed':
      return boards
    case 'model.requested':
    case 'model.answered':
    case 'model.failed':
      return [...runs, ...calls, 'conversations.get', 'quota.get']
    case 'tool.succeeded':
    case 'tool.failed':
      return [...runs, ...calls, 'conversations.get', 'tools.list']
    case 'run.created':
      return [...runs, ...conversations, 'station.status', 'quota.get']
    case 'hold.opened':
    case 'hold.closed':
    case 'hold.escalated':
    case 'tool.approved':
    case 'tool.rejected':
    case 'tool.expired':
    case 'tool.answered':
      return [...runs, ...calls, ...approvals, 'conversations.get']
    case 'run.held':
      return [...runs, ...calls, ...handedOn, 'conversations.get']
    case 'run.completed':
    case 'run.failed':
    case 'run.aborted':
      return [...runs, ...calls, ...approvals, ...conversations, ...health, ...handedOn, 'ask.answer', 'station.status']
    case 'incident.opened':
    case 'incident.closed':
      return ['incidents.list', 'reports.review']
    case 'drift.found':
      return ['reports.review']
    case 'context.built':
      return [...runs, ...calls, 'conversations.get', 'station.metrics']
    default:
      return [...runs, ...calls, 'conversations.get']
  }
}

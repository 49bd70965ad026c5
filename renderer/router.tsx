/** Which address shows which screen. Addresses live in the fragment, so that both shells serve one page. The viewer of documents is loaded when it is first needed. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useParams,
} from '@tanstack/react-router'
import { AgentName } from '../main/domain/agent.ts'
import { Frame } from './frame/frame.tsx'
import { ActsScreen } from './screens/acts/acts-screen.tsx'
import { type AgentsSearch, agentsSearch } from './screens/agents/agents-search.ts'
import { EditAgentScreen } from './screens/agents/editor/edit-agent-screen.tsx'
import { NewAgentScreen } from './screens/agents/editor/new-agent-screen.tsx'
import { type PromptSearch, promptSearch } from './screens/agents/prompt-search.ts'
import { ApprovalsScreen } from './screens/approvals/approvals-screen.tsx'
import { DiffScreen } from './screens/approvals/diff-screen.tsx'
import { AskScreen } from './screens/ask/ask-screen.tsx'
import { AuditScreen } from './screens/audit/audit-screen.tsx'
import { ContextScreen } from './screens/context/context-screen.tsx'
import { CustodyScreen } from './screens/custody/custody-screen.tsx'
import { MissionsScreen } from './screens/missions/missions-screen.tsx'
import { type MissionsSearch, missionsSearch } from './screens/missions/missions-search.ts'
import { ModelsScreen } from './screens/models/models-screen.tsx'
import { CompareScreen } from './screens/runs/compare-screen.tsx'
import { RunScreen } from './screens/runs/run-screen.tsx'
import { RunsScreen } from './screens/runs/runs-screen.tsx'
import { type RunsSearch, runsSearch } from './screens/runs/runs-search.ts'
import { SettingsScreen } from './screens/settings/settings-screen.tsx'
import { TiersScreen } from './screens/tiers/tiers-screen.tsx'

const limits = { searchCharsMax: 4_000 } as const

/** Text of an address, from whoever wrote it: bounded, and left out when it is not text. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, limits.searchCharsMax) : undefined

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => <p className="m-auto p-8 text-ink-2">There is no such screen.</p>,
})

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/ask' })
  },
})

/** `q` fills the composer. */
export const askRoute = createRoute({
  getParentRoute: () => root,
  path: '/ask',
  validateSearch: (search: Record<string, unknown>): { q?: string } => {
    const q = text(search.q)
    return q === undefined ? {} : { q }
  },
  component: function NewConversation() {
    return <AskScreen conversationId={null} suggestion={askRoute.useSearch().q ?? ''} />
  },
})

export const conversationRoute = createRoute({
  getParentRoute: () => root,
  path: '/ask/$conversationId',
  component: function OldConversation() {
    const { conversationId } = conversationRoute.useParams()
    return <AskScreen key={conversationId} conversationId={conversationId} suggestion="" />
  },
})

/** What was decided, instead of what waits. */
const shown = (search: Record<string, unknown>): { show?: 'decided' } => (search.show === 'decided' ? { show: 'decided' } : {})

/** One screen for the list and for each request in it, so that going from one to the next keeps what it knows. */
export const approvalsRoute = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: shown,
  component: function Approvals() {
    const { holdId } = useParams({ strict: false })
    return <ApprovalsScreen holdId={holdId ?? null} isOpen={approvalsRoute.useSearch().show !== 'decided'} />
  },
})
const approvalsIndexRoute = createRoute({ getParentRoute: () => approvalsRoute, path: '/' })
const approvalRoute = createRoute({ getParentRoute: () => approvalsRoute, path: '$holdId' })
export const approvalDiffRoute = createRoute({
  getParentRoute: () => root,
  path: '/approvals/$holdId/diff',
  component: function WholeDiff() {
    return <DiffScreen holdId={approvalDiffRoute.useParams().holdId} />
  },
})

/** `start` opens the dialog that begins a mission; `waiting` shows only those that wait for a person. */
export const missionsRoute = createRoute({
  getParentRoute: () => root,
  path: '/missions',
  validateSearch: (search: Record<string, unknown>): MissionsSearch => missionsSearch(search),
  component: function AllMissions() {
    return <MissionsScreen search={missionsRoute.useSearch()} />
  },
})
/** Brings the drawing of graphs along, so it is loaded when it is first needed. */
const missionRoute = createRoute({
  getParentRoute: () => root,
  path: '/missions/$missionId',
  component: lazyRouteComponent(() => import('./screens/missions/mission-screen.tsx'), 'OneMission'),
})

/** `start` opens the dialog that starts a run; the others narrow the list. */
export const runsRoute = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>): RunsSearch => runsSearch(search, text),
  component: function AllRuns() {
    return <RunsScreen search={runsRoute.useSearch()} />
  },
})
export const runRoute = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  component: function OneRun() {
    const { runId } = runRoute.useParams()
    return <RunScreen key={runId} runId={runId} />
  },
})

export const againstRoute = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId/against/$otherId',
  component: function TwoRuns() {
    const { runId, otherId } = againstRoute.useParams()
    return <CompareScreen key={`${runId} ${otherId}`} a={runId} b={otherId} />
  },
})

/** What a model was shown at one of its steps. */
const contextRoute = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId/context/$stepId',
  component: function OneContext() {
    const { runId, stepId } = contextRoute.useParams()
    return <ContextScreen key={runId} runId={runId} stepId={stepId} />
  },
})
/** Brings the reader of Markdown along, so it is loaded when it is first needed. */
const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('./screens/health/health-screen.tsx'), 'HealthScreen'),
})

const documents = createRoute({
  getParentRoute: () => root,
  path: '/documents',
  component: lazyRouteComponent(() => import('./documents/documents-screen.tsx'), 'DocumentsScreen'),
})

/** `passage` and `quote` say what to highlight. */
export const documentRoute = createRoute({
  getParentRoute: () => root,
  path: '/documents/$documentId',
  validateSearch: (search: Record<string, unknown>): { passage?: string; quote?: string } => {
    const passage = text(search.passage)
    const quote = text(search.quote)
    return { ...(passage === undefined ? {} : { passage }), ...(quote === undefined ? {} : { quote }) }
  },
  component: lazyRouteComponent(() => import('./screens/document-route.tsx'), 'OneDocument'),
})

/** A new agent; `from` copies one that is here. No agent can be called like its address. */
export const agentNewRoute = createRoute({
  getParentRoute: () => root,
  path: '/agents/_new',
  validateSearch: (search: Record<string, unknown>): { from?: string } => {
    const from = AgentName.safeParse(search.from)
    return from.success ? { from: from.data } : {}
  },
  component: function NewAgent() {
    const { from = null } = agentNewRoute.useSearch()
    return <NewAgentScreen key={from} from={from} />
  },
})
/** `part` is what takes something away from an agent, in place of its own file. */
export const agentEditRoute = createRoute({
  getParentRoute: () => root,
  path: '/agents/$agent/edit',
  validateSearch: (search: Record<string, unknown>): { part?: 'narrowing' } => (search.part === 'narrowing' ? { part: 'narrowing' } : {}),
  component: function EditAgent() {
    const { part = 'definition' } = agentEditRoute.useSearch()
    const { agent } = agentEditRoute.useParams()
    return <EditAgentScreen key={`${agent} ${part}`} agent={agent} part={part} />
  },
})

/** One screen for the list of pages and for each of them, so that what is looked for stays. */
const manual = createRoute({
  getParentRoute: () => root,
  path: '/manual',
  component: lazyRouteComponent(() => import('./manual/manual-screen.tsx'), 'ManualScreen'),
})
const manualIndex = createRoute({ getParentRoute: () => manual, path: '/' })
const manualPage = createRoute({ getParentRoute: () => manual, path: '$page' })

/** One screen for the lists and for each agent in them. It brings the reading of Markdown along, so it is loaded when it is first needed. */
export const agentsRoute = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: (search: Record<string, unknown>): AgentsSearch => agentsSearch(search, text),
  component: lazyRouteComponent(() => import('./screens/agents/agents-route.tsx'), 'Agents'),
})
const agentsIndexRoute = createRoute({ getParentRoute: () => agentsRoute, path: '/' })
const agentRoute = createRoute({ getParentRoute: () => agentsRoute, path: '$agent' })
export const promptRoute = createRoute({
  getParentRoute: () => root,
  path: '/agents/$agent/prompts/$prompt',
  validateSearch: (search: Record<string, unknown>): PromptSearch => promptSearch(search),
  component: lazyRouteComponent(() => import('./screens/agents/agents-route.tsx'), 'OnePrompt'),
})
const agentRoutes = [agentsRoute.addChildren([agentsIndexRoute, agentRoute]), promptRoute] as const

const audit = createRoute({ getParentRoute: () => root, path: '/audit', component: AuditScreen })
const custody = createRoute({ getParentRoute: () => root, path: '/custody', component: CustodyScreen })
const acts = createRoute({ getParentRoute: () => root, path: '/acts', component: ActsScreen })
const tiers = createRoute({ getParentRoute: () => root, path: '/tiers', component: TiersScreen })
const models = createRoute({ getParentRoute: () => root, path: '/models', component: ModelsScreen })
const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsScreen })

const routeTree = root.addChildren([
  start,
  askRoute,
  conversationRoute,
  approvalsRoute.addChildren([approvalsIndexRoute, approvalRoute]),
  approvalDiffRoute,
  missionsRoute,
  missionRoute,
  runsRoute,
  runRoute,
  againstRoute,
  contextRoute,
  health,
  documents,
  documentRoute,
  agentNewRoute,
  agentEditRoute,
  ...agentRoutes,
  models,
  acts,
  tiers,
  custody,
  audit,
  settings,
  manual.addChildren([manualIndex, manualPage]),
])

export const router = createRouter({ routeTree, history: createHashHistory(), defaultPreload: false, scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/**
 * What a person may see of what this station holds. Most may see all of it, and that costs nothing; whoever is cleared for less is
 * stopped at the door where a call names something, and finds nothing of it in any list.
 */
import type { CallName, ParsedInput } from '../contract/calls.ts'
import { covers, type Label, permits } from '../domain/label.ts'
import type { Failure } from '../domain/result.ts'
import type { Labels } from '../store/labels.ts'
import type { Services } from './services.ts'

/** Null = everything. */
export type Sight = null | {
  /** Null = nothing at all. */
  readonly clearance: Label | null
  permits(label: Label): boolean
  /** Ids of the labels that may be seen, for the filter of a list. */
  labelIds(): readonly number[]
}

/** The text of a body, where this person may see it; null otherwise, and after a purge. */
export function readSeen(
  bodies: Pick<Services['bodies'], 'read' | 'labelOf'>,
  body: string,
  sight: Pick<NonNullable<Sight>, 'permits'> | null,
): string | null {
  const label = bodies.labelOf(body)
  return sight === null || (label !== null && sight.permits(label)) ? bodies.read(body) : null
}

type SightParts = Pick<Services, 'policy' | 'clearanceOf' | 'ceiling'> & { readonly labels: Labels }

/** Found once for each account under each policy and ceiling: a change of either gives another policy object. */
export function createSight({ policy, clearanceOf, ceiling, labels }: SightParts): (account: string) => Sight {
  let under: unknown = null
  const known = new Map<string, Sight>()
  return (account) => {
    if (under !== policy()) {
      under = policy()
      known.clear()
    }
    const before = known.get(account)
    if (before !== undefined) return before
    const clearance = clearanceOf(account)
    const sight: Sight =
      clearance !== null && covers(clearance, ceiling())
        ? null
        : {
            clearance,
            permits: (label) => clearance !== null && permits(clearance, label),
            labelIds: () => (clearance === null ? [] : labels.idsWithin(clearance)),
          }
    known.set(account, sight)
    return sight
  }
}

type Seen = Pick<
  Services,
  'incidents' | 'missions' | 'documents' | 'imports' | 'runs' | 'holds' | 'acts' | 'labels' | 'bodies' | 'collections' | 'contextBundles'
>

/** The labels of what an input names; what is not there has none, and is the handler's to refuse. */
type LabelsOf<N extends CallName> = (input: ParsedInput<N>, held: Seen) => ReadonlyArray<Label | null | undefined>

const run = ({ runId }: { runId: string }, { runs }: Seen) => [runs.get(runId)?.label]
const maybeRun = (runId: string | null | undefined, held: Seen) => (runId === null || runId === undefined ? [] : run({ runId }, held))
const mission = ({ missionId }: { missionId: string }, { missions }: Seen) => [missions.get(missionId)?.label]
const document = ({ documentId }: { documentId: string }, { documents }: Seen) => [documents.find(documentId)?.label]
const imported = ({ importId }: { importId: string }, { imports }: Seen) => [imports.get(importId)?.label]
const hold = ({ holdId }: { holdId: string }, { holds }: Seen) => [holds.get(holdId)?.label]
const named = ({ collection }: { collection?: string | undefined }, { collections }: Seen) =>
  collection === undefined ? [] : [collections.byName(collection)?.label]
const conversation = ({ conversationId }: { conversationId?: string | undefined }, { runs }: Seen) =>
  conversationId === undefined ? [] : runs.ofConversation(conversationId).map(({ label }) => label)
const contextBundle = ({ contextBundleId }: { contextBundleId: string }, { contextBundles }: Seen) => [
  contextBundles.get(contextBundleId)?.label,
]
const incident = ({ incidentId }: { incidentId: string }, { incidents }: Seen) => [incidents.get(incidentId)?.label]
const act = ({ actId }: { actId: string }, { acts, labels }: Seen) => {
  const row = acts.rows.get(actId)
  return [row === null ? null : labels.labelOf(row.labelId)]
}

export const seenBy: { readonly [N in CallName]?: LabelsOf<N> } = {
  'imports.start': named,
  'imports.get': imported,
  'imports.files': imported,
  'imports.cancel': imported,
  'documents.list': named,
  'documents.get': document,
  'documents.blocks': document,
  'documents.bytes': document,
  'documents.remove': document,
  'documents.relabel': document,
  'documents.labels': document,
  'collections.relabel': named,
  'passages.get': ({ passageId }, { documents }) => [documents.find(passageId.slice(0, passageId.indexOf('.')))?.label],
  'search.query': named,
  'ask.start': (input, held) => [...named(input, held), ...conversation(input, held)],
  'ask.answer': run,
  'answers.export': run,
  'answers.release': run,
  'answers.released': run,
  'conversations.get': conversation,
  'conversations.export': conversation,
  'runs.get': run,
  'runs.events': run,
  'runs.pause': run,
  'runs.resume': run,
  'runs.cancel': run,
  'runs.retry': run,
  'runs.fork': run,
  'runs.replay': run,
  'agents.try': run,
  'context.show': run,
  'contextBundles.list': ({ runId }, held) => maybeRun(runId, held),
  'contextBundles.get': contextBundle,
  'contextBundles.chain': contextBundle,
  'contextBundles.expand': contextBundle,
  'runs.diff': ({ a, b }, held) => [...run({ runId: a }, held), ...run({ runId: b }, held)],
  'runs.export': run,
  'runs.budget': run,
  'runs.raise': run,
  'runs.undo': run,
  'missions.get': mission,
  'missions.events': mission,
  'missions.plan': mission,
  'missions.decide': mission,
  'missions.release': mission,
  'missions.pause': mission,
  'missions.resume': mission,
  'missions.abort': mission,
  'missions.export': mission,
  'board.get': mission,
  'board.history': mission,
  'board.write': mission,
  'board.learn': mission,
  'board.direct': mission,
  'traces.get': ({ missionId, runId }, held) => [
    ...(missionId === undefined ? [] : mission({ missionId }, held)),
    ...maybeRun(runId, held),
  ],
  'incidents.get': incident,
  'incidents.close': incident,
  'steps.list': ({ runId }, held) => maybeRun(runId, held),
  'approvals.get': hold,
  'approvals.approve': hold,
  'approvals.reject': hold,
  'approvals.revise': hold,
  'approvals.answer': hold,
  'acts.get': act,
  'acts.confirm': act,
  'acts.reject': act,
  'route.explain': (input, held) => maybeRun('runId' in input ? input.runId : null, held),
  'route.override': ({ runId }, held) => maybeRun(runId, held),
  'bodies.read': ({ runId, body }, held) => [...run({ runId }, held), held.bodies.labelOf(body)],
}

const above: Failure = {
  code: 'role.above_clearance',
  message: 'This is above what the roles of this account may see.',
  hint: 'Ask somebody who is cleared for it, or have the policy changed.',
}

/** Why this person may not name what the input names, or null. */
export function createSeen(sightOf: (account: string) => Sight, held: Seen) {
  return (name: CallName, input: unknown, account: string): Failure | null => {
    const sight = sightOf(account)
    if (sight === null) return null
    // The table ties a name to its own input; the lookup cannot show that to the compiler.
    const labelsOf = seenBy[name] as ((input: unknown, held: Seen) => ReadonlyArray<Label | null | undefined>) | undefined
    const found = labelsOf?.(input, held) ?? []
    return found.every((label) => label === null || label === undefined || sight.permits(label)) ? null : above
  }
}

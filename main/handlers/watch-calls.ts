/** What the one door tells of each call: which are refused while the store is damaged, and which reading ones are written down. */
import type { CallInput, CallName, CallOutput } from '../contract/calls.ts'
import { readingCalls } from '../contract/reading-calls.ts'
import type { CallWatch } from '../dispatch.ts'
import type { Actor } from '../domain/actor.ts'
import { fail } from '../domain/result.ts'
import { operator, type Services } from './services.ts'

const readOnly = fail(
  'store.read_only',
  'The store of this station is damaged, so nothing is changed in it.',
  'Look at the station’s status; holdfast restore puts the newest verified backup in its place.',
)

/** Refusals that are a matter of security, whichever call they come from; others only say that something was asked wrongly. */
const isDenial = (code: string): boolean =>
  /^(policy|role|egress|approval)\./.test(code) || /(above_ceiling|above_clearance|spill|not_allowed|forbidden|denied)$/.test(code)

const documentOf = (passageId: string): string => passageId.slice(0, passageId.indexOf('.'))

type Noted = {
  readonly [N in CallName]?: (activity: Services['activity'], actor: Actor, input: CallInput<N>, output: CallOutput<N>) => void
}
const noted: Noted = {
  'search.query': (activity, actor, _input, { hits }) => activity.searched(hits.length, actor),
  'documents.get': (activity, actor, { documentId }) => activity.viewed(documentId, actor),
  'passages.get': (activity, actor, { passageId }) => activity.viewed(documentOf(passageId), actor),
  'runs.export': (activity, actor, { runId }) => activity.exported(runId, actor),
  'egress.export': (activity, actor) => activity.record({ type: 'export.made', kind: 'egress', runId: null }, actor),
  'audit.export': (activity, actor) => activity.record({ type: 'export.made', kind: 'audit', runId: null }, actor),
}

interface Watchers {
  readonly audit: Pick<Services['audit'], 'damage'>
  readonly activity: Services['activity']
}

export function watchCalls({ audit, activity }: Watchers): CallWatch {
  return {
    refusal: (name) => (audit.damage() === null || readingCalls.has(name) ? null : readOnly),
    refused: (name, code, caller) => {
      if (name === null || code === readOnly.error.code || isDenial(code)) activity.denied(name ?? 'unknown', code, operator(caller))
    },
    done: (name, input, output, caller) => {
      // The table ties a name to its own input and output; the lookup cannot show that to the compiler.
      const note = noted[name] as ((activity: Services['activity'], actor: Actor, input: unknown, output: unknown) => void) | undefined
      note?.(activity, operator(caller), input, output)
    },
  }
}

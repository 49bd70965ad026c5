/** What models were shown: read from the events of a run, with the texts from the very prompt, as far as the person may see them. */
import * as z from 'zod'
import type { ShownContext, ShownPart } from '../contract/context.ts'
import type { Handlers } from '../dispatch.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { PartRecord } from '../domain/context-part.ts'
import { partKinds } from '../domain/context-part.ts'
import { bandOf, shareOf } from '../domain/context-window.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { Services } from './services.ts'
import { readSeen } from './sight.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const none = fail(
  'context.none',
  'No model was shown anything at this step.',
  'Name a step that is a model call: holdfast runs show lists them.',
)

type Built = Extract<RunEvent, { type: 'context.built' }>
type Requested = Extract<RunEvent, { type: 'model.requested' }>

/** A prompt as this machine keeps it, and one as it was sent to another. */
const Messages = z.union([
  z.array(z.object({ text: z.string() })).transform((messages) => messages.map(({ text }) => text)),
  z.object({ messages: z.array(z.object({ content: z.string() })) }).transform(({ messages }) => messages.map(({ content }) => content)),
])

function messagesIn(prompt: string | null): readonly string[] {
  const parsed = Messages.safeParse(prompt === null ? null : readJson(prompt))
  return parsed.success ? parsed.data : []
}

const toPart = ({ at, isShortened, ...part }: PartRecord, messages: readonly string[]): ShownPart => ({
  ...{ ...part, isShortened: isShortened === true },
  text: messages[at.message]?.slice(at.start, at.end) ?? null,
})

/** Of an older version it is known which passages stood in it, and no more. */
const toPassage = (source: string): ShownPart => ({
  ...{ kind: 'evidence', source, why: 'found', tokens: null, bytes: null, isShortened: false, text: null },
})

function shown(built: Built, { ordinal, tier, stepId }: Requested, prompt: string | null): Omit<ShownContext, 'runId' | 'label'> {
  const { promptTokens, limitTokens, contextTokens, passages, parts, leftOut = [], exemptionId = null } = built
  const share = shareOf(promptTokens, contextTokens)
  const messages = messagesIn(prompt)
  const inOrder = parts?.toSorted((a, b) => partKinds.indexOf(a.kind) - partKinds.indexOf(b.kind))
  return {
    ...{ stepId, ordinal, tier, promptTokens, limitTokens, contextTokens, share, band: bandOf(share), exemptionId },
    ...{ parts: inOrder?.map((part) => toPart(part, messages)) ?? passages.map(toPassage), leftOut, isWhole: parts !== undefined },
  }
}

type Names = 'context.show'

export const contextHandlers = ({ runs, log, bodies, sightOf }: Services): Pick<Handlers, Names> => ({
  'context.show': ({ runId, stepId }, { account }): Result<ShownContext> => {
    const row = runs.get(runId)
    if (row === null) return unknown
    const events = log.readStream(runId).map(({ event }) => event)
    const built = events.find((event): event is Built => event.type === 'context.built' && event.stepId === stepId)
    const requested = events.find((event): event is Requested => event.type === 'model.requested' && event.stepId === stepId)
    if (built === undefined || requested === undefined) return none
    return ok({ runId, label: row.label, ...shown(built, requested, readSeen(bodies, built.prompt.body, sightOf(account))) })
  },
})

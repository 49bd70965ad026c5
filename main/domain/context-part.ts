/** A part of what a model is shown, as it stands on record: what it is, where it comes from and why it is there. Ids and numbers; its text lies in the prompt's body. */
import * as z from 'zod'

const count = z.int().min(0)

/** In the order in which a model reads them: what is asked comes last. */
export const partKinds = ['system', 'playbook', 'decisions', 'parameters', 'thread', 'failures', 'evidence', 'question'] as const
export const PartKind = z.enum(partKinds)
export type PartKind = z.infer<typeof PartKind>

/** Kinds that give way where a prompt is too large, in this order. Nothing of any other kind is made shorter or left out for room. */
export const yieldingKinds: readonly PartKind[] = ['thread', 'evidence']

/** Why a part is there: it belongs to the agent, was asked or given, was found or done, went wrong, was said by a person, or comes from an earlier session of work. */
export const partReasons = ['agent', 'asked', 'given', 'found', 'done', 'failed', 'person', 'carried'] as const
export const PartReason = z.enum(partReasons)
export type PartReason = z.infer<typeof PartReason>

/** `over_share`: no room under the limit of the window; `over_evidence`: more evidence than a model reads well; `resolved`: an error that is over; `folded`: told by the line of another part. */
export const leftOutReasons = ['over_share', 'over_evidence', 'resolved', 'folded'] as const
export const LeftOutReason = z.enum(leftOutReasons)
export type LeftOutReason = z.infer<typeof LeftOutReason>

/** An id, or a short name of our own; never a text. That of a body would lend it to whoever may read the run. */
export const PartSource = z.string().regex(/^(?!bdy_)[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,119}$/)

export const contextPartLimits = { partsMax: 500 } as const

export const PartRecord = z.strictObject({
  kind: PartKind,
  source: PartSource,
  why: PartReason,
  tokens: count,
  /** Of the text as UTF-8. */
  bytes: count,
  isShortened: z.literal(true).optional(),
  /** Where it stands in the prompt: the message, and UTF-16 units in it. */
  at: z.strictObject({ message: count, start: count, end: count }),
})
export type PartRecord = z.infer<typeof PartRecord>

export const LeftOutRecord = z.strictObject({ kind: PartKind, source: PartSource, tokens: count, reason: LeftOutReason })
export type LeftOutRecord = z.infer<typeof LeftOutRecord>

export const ContextParts = z.strictObject({
  parts: z.array(PartRecord).max(contextPartLimits.partsMax),
  leftOut: z.array(LeftOutRecord).max(contextPartLimits.partsMax),
})
export type ContextParts = z.infer<typeof ContextParts>

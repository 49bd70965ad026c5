/** Which bundle is active, which ones can be gone back to, and which one is being put in place. Pure. */
import * as z from 'zod'
import { fail, ok, type Result } from '../result.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

export const slotLimits = { previousMax: 3, pinnedMax: 50 } as const

export const Slots = z.strictObject({
  current: digest.nullable(),
  /** Newest first. */
  previous: z.array(digest).max(slotLimits.previousMax),
  pinned: z.array(digest).max(slotLimits.pinnedMax),
  /** Being put in place. Found at a start: what was tried is completed, what was not never was. */
  pending: z.strictObject({ digest, isTried: z.boolean(), isRollback: z.boolean() }).nullable(),
})
export type Slots = z.infer<typeof Slots>

/** Whose word a bundle serves by, as long as what follows its switch may not be in place. Beside the slots, which earlier versions read. */
export const Follows = z.strictObject({ digest, account: z.string().max(256) })
export type Follows = z.infer<typeof Follows>

export const noSlots: Slots = { current: null, previous: [], pinned: [], pending: null }

const busy = fail('bundle.activating', 'A bundle is being put in place.', 'Wait until it is done.')

export const begin = (slots: Slots, next: string, isRollback: boolean): Result<Slots> =>
  slots.pending === null ? ok({ ...slots, pending: { digest: next, isTried: false, isRollback } }) : busy

export const tried = (slots: Slots): Slots => ({ ...slots, pending: slots.pending === null ? null : { ...slots.pending, isTried: true } })

/** What was pending serves; what served can be gone back to. */
export function commit({ current, previous, pinned, pending }: Slots): Slots {
  if (pending === null || pending.digest === current) return { current, previous, pinned, pending: null }
  const older = [...(current === null ? [] : [current]), ...previous].filter((one) => one !== pending.digest)
  return { current: pending.digest, previous: older.slice(0, slotLimits.previousMax), pinned, pending: null }
}

export const abandon = (slots: Slots): Slots => ({ ...slots, pending: null })

export function pin(slots: Slots, one: string, isPinned: boolean): Slots {
  const others = slots.pinned.filter((other) => other !== one)
  return { ...slots, pinned: isPinned ? [...others, one].slice(-slotLimits.pinnedMax) : others }
}

/** Bundles that may not be thrown away. */
export const reachable = ({ current, previous, pinned, pending }: Slots): ReadonlySet<string> =>
  new Set([...(current === null ? [] : [current]), ...previous, ...pinned, ...(pending === null ? [] : [pending.digest])])

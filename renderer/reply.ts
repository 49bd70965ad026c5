/** What comes back through the bridge, as the typed result of its call. */
import type { CallReply } from '../main/contract/api.ts'
import type { CallName, CallOutput } from '../main/contract/calls.ts'
import { fail, type Result } from '../main/domain/result.ts'

/** The core parsed its output against the contract before it sent it, so the cast restates what the door guarantees. */
export const readReply = <N extends CallName>(reply: CallReply): Result<CallOutput<N>> =>
  reply.ok ? { ok: true, value: reply.value as CallOutput<N> } : reply

export const lost = fail(
  'connection.lost',
  'Holdfast’s core does not answer.',
  'It may be restarting: this window tries again by itself. If it stays so, start Holdfast again; nothing acknowledged is lost.',
)

export const refused = fail(
  'connection.refused',
  'This window is no longer signed in.',
  'Run “holdfast console url” and open the link that it prints.',
)

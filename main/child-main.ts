/** The child's end of a ChildHost: answers one request at a time per id, reports progress, and ends when the core is gone. */
import './platform/guard-child.ts'
import type { EgressAttempt } from './domain/egress.ts'
import { recordEgress } from './platform/egress-attempts.ts'

/** What travels to a child, and back. */
export type ToChild = { readonly id: number; readonly request: unknown } | { readonly id: number; readonly cancel: true }
export type FromChild =
  | { readonly id: number; readonly event: unknown }
  /** What the guard of the child refused. */
  | { readonly egress: EgressAttempt }
  | { readonly id: number; readonly reply: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string; readonly hint: string } }

/** A refusal with a code, thrown anywhere below a handler and sent back as it is. */
export class Refusal extends Error {
  readonly code: string
  readonly hint: string
  constructor(code: string, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** Descriptor that `inheritDescriptor` arrives as. 0–2 are standard, 3 is the channel to the core. */
export const inheritedDescriptor = 4

export type ChildHandler = (request: unknown, emit: (event: unknown) => void, signal: AbortSignal) => Promise<unknown>

/** Serves requests until the core disconnects. An exception that is no Refusal becomes `child.failed` without its text, which could quote a document. */
export function serveChild(handle: ChildHandler): void {
  const running = new Map<number, AbortController>()
  const send = (message: FromChild) => {
    if (process.connected) process.send?.(message)
  }
  recordEgress({
    allowed: () => {
      throw new Error('a child lets nothing through')
    },
    denied: (egress) => send({ egress }),
  })
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message) => {
    const to = message as ToChild
    if ('cancel' in to) {
      running.get(to.id)?.abort()
      return
    }
    const controller = new AbortController()
    running.set(to.id, controller)
    handle(to.request, (event) => send({ id: to.id, event }), controller.signal)
      .then((reply) => send({ id: to.id, reply }))
      .catch((error: unknown) => {
        const known =
          error instanceof Refusal
            ? error
            : new Refusal(
                'child.failed',
                'The work failed inside its process.',
                'Try again; if it happens again, the file or model is at fault.',
              )
        if (known !== error) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
        send({ id: to.id, error: { code: known.code, message: known.message, hint: known.hint } })
      })
      .finally(() => running.delete(to.id))
  })
}

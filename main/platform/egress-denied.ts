/** What every refused way out throws: one class and one code, whichever door was tried. It never holds what was to be sent. */
import type { EgressKind, EgressReason } from '../domain/egress.ts'

const sentences: Readonly<Record<EgressKind, string>> = {
  connect: 'Holdfast makes no connection without a permit.',
  send: 'Holdfast sends no datagrams.',
  resolve: 'Holdfast resolves no names.',
  listen: 'Holdfast listens to this machine alone without a permit.',
  spawn: 'Holdfast starts no programs but its own.',
  native: 'Holdfast leaves the inner parts of Node alone.',
}

export class EgressDenied extends Error {
  readonly code = 'egress.denied'
  readonly kind: EgressKind
  readonly reason: EgressReason
  constructor(kind: EgressKind, reason: EgressReason) {
    super(sentences[kind])
    this.name = 'EgressDenied'
    this.kind = kind
    this.reason = reason
  }
}

/** Puts parts into the messages that a model reads: rules first, then what was decided and given, what was done and found, and last what is asked. */
import type { PartKind, PartReason } from '../domain/context-part.ts'
import type { ChatMessage } from '../world.ts'

export interface ContextPart {
  readonly kind: PartKind
  /** An id, or a short name of our own. */
  readonly source: string
  readonly why: PartReason
  /** Stands before the text, as a person would name where it comes from. */
  readonly title?: string
  /** By which an answer may name it. */
  readonly n?: number
  readonly text: string
}

/** Where a part stands: the message, and UTF-16 units in it. */
export interface PartPlace {
  readonly message: number
  readonly start: number
  readonly end: number
}

export interface RenderedContext {
  readonly messages: readonly ChatMessage[]
  /** One for each part, in the order in which they were given. */
  readonly places: readonly PartPlace[]
}

/** What stands above the parts of a kind. */
const headings: Readonly<Partial<Record<PartKind, string>>> = {
  decisions: 'Decided:',
  parameters: 'Given:',
  thread: 'Done so far, newest first:',
  failures: 'Failed:',
  evidence: 'Passages:',
}
const bySystem: readonly PartKind[] = ['system', 'playbook']
const byUser: readonly PartKind[] = ['decisions', 'parameters', 'thread', 'failures', 'evidence', 'question']

/** One part as a model reads it. */
export function partText({ kind, title, n, text }: ContextPart): string {
  if (kind === 'question') return `Question: ${text}`
  if (bySystem.includes(kind)) return text.trim()
  const head = [n === undefined ? '' : `[${n}]`, title ?? ''].filter((word) => word !== '').join(' ')
  return head === '' ? text : `${head}\n${text}`
}

/** The order of parts of one kind is that in which they are given. */
export function renderParts(parts: readonly ContextPart[]): RenderedContext {
  const places: PartPlace[] = []
  const messages: ChatMessage[] = []
  const say = (role: ChatMessage['role'], kinds: readonly PartKind[]): void => {
    let text = ''
    const message = messages.length
    const add = (piece: string): number => {
      if (text !== '') text += '\n\n'
      const start = text.length
      text += piece
      return start
    }
    for (const kind of kinds) {
      const ofKind = parts.map((part, index) => ({ part, index })).filter(({ part }) => part.kind === kind)
      const heading = headings[kind]
      if (ofKind.length > 0 && heading !== undefined) add(heading)
      for (const { part, index } of ofKind) {
        const start = add(partText(part))
        places[index] = { message, start, end: text.length }
      }
    }
    if (text !== '') messages.push({ role, text })
  }
  say('system', bySystem)
  say('user', byUser)
  return { messages, places }
}

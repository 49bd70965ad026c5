/**
 * What is taken out of a request before it leaves this machine. It only ever takes out: the label of what is left is the join of what is
 * left, and nothing here lowers it below that. Pure.
 */
import { type Label, permits } from './label.ts'
import type { SanitiseRule } from './policy.ts'
import type { Span } from './quote.ts'

/** Where a pattern stands in a text, in order. Null = it cannot be said. */
export type FindAll = (pattern: string, text: string) => readonly Span[] | null

/** The label that a paragraph bears before its first word; null when it bears none. */
export type ReadPortion = (paragraph: string) => Label | null

export interface Piece {
  /** As a person would name where it comes from; it is sent too. */
  readonly source: string
  readonly text: string
  readonly label: Label
}

export interface Sanitised {
  readonly question: string
  /** With the place in which each stood. */
  readonly pieces: ReadonlyArray<Piece & { readonly index: number }>
  /** How often each rule took something out; rules that took nothing are left out. */
  readonly removed: Readonly<Record<string, number>>
}

export interface SanitiseParts {
  readonly rules: readonly SanitiseRule[]
  readonly findAll: FindAll
  readonly readPortion: ReadPortion
}

/** Paragraphs with what stands between them, so that joined they are the text. */
const paragraphs = (text: string): readonly string[] => text.split(/(?<=\n)(?=\s*\n|\()/)

/** A paragraph without a mark of its own belongs to the one before it until an empty line. */
function withoutPortions(text: string, above: Label, readPortion: ReadPortion): { readonly text: string; readonly count: number } {
  let count = 0
  const kept = paragraphs(text).filter((paragraph) => {
    const label = readPortion(paragraph.trimStart())
    const isKept = label === null || permits(above, label)
    if (!isKept) count += 1
    return isKept
  })
  return { text: kept.join(''), count }
}

function replaced(text: string, spans: readonly Span[], replacement: string): string {
  let [out, at] = ['', 0]
  for (const { start, end } of spans) {
    out += text.slice(at, start) + replacement
    at = end
  }
  return out + text.slice(at)
}

/** Null when a rule cannot be carried out: then nothing may leave. */
export function sanitise(question: string, pieces: readonly Piece[], parts: SanitiseParts): Sanitised | null {
  const { rules, findAll, readPortion } = parts
  const removed: Record<string, number> = {}
  const count = (name: string, times: number): void => {
    if (times > 0) removed[name] = (removed[name] ?? 0) + times
  }
  let asked = question
  let left: ReadonlyArray<Piece & { readonly index: number }> = pieces.map((piece, index) => ({ ...piece, index }))
  let isWhole = true
  const redact = (rule: SanitiseRule & { kind: 'pattern' }, text: string): string => {
    const spans = findAll(rule.pattern, text)
    if (spans === null) isWhole = false
    count(rule.name, spans?.length ?? 0)
    return replaced(text, spans ?? [], rule.replacement)
  }
  for (const rule of rules) {
    if (rule.kind === 'pattern') {
      asked = redact(rule, asked)
      left = left.map((piece) => ({ ...piece, source: redact(rule, piece.source), text: redact(rule, piece.text) }))
      continue
    }
    const kept = left.filter(({ label }) => permits(rule.above, label))
    count(rule.name, left.length - kept.length)
    left = kept.map((piece) => {
      const cut = withoutPortions(piece.text, rule.above, readPortion)
      count(rule.name, cut.count)
      return { ...piece, text: cut.text }
    })
  }
  return isWhole ? { question: asked, pieces: left.filter(({ text }) => text.trim() !== ''), removed } : null
}

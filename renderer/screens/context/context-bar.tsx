/** How full the window was, and with what: one piece for each kind of part, against the share from which it is told and the one that nothing passes. */
import type { ShownContext } from '../../../main/contract/context.ts'
import { type PartKind, partKinds } from '../../../main/domain/context-part.ts'
import { windowRules } from '../../../main/domain/context-window.ts'
import { formatCount, formatShare } from '../../format.ts'
import { fineShare, kindsTitles, type Voice, voiceLooks, voiceOf } from './part-words.ts'

/** Room beyond the limit, so that its mark stands within the bar. */
const headroom = 1.12

interface Piece {
  readonly key: string
  readonly title: string
  readonly voice: Voice
  readonly tokens: number
}

/** By kind, in the order in which a model reads them; what stands between the parts comes last. */
export function piecesOf({ parts, promptTokens }: Pick<ShownContext, 'parts' | 'promptTokens'>): readonly Piece[] {
  const ofKind = (kind: PartKind) => parts.filter((part) => part.kind === kind).reduce((sum, { tokens }) => sum + (tokens ?? 0), 0)
  const pieces = partKinds.map((kind) => ({ key: kind, title: kindsTitles[kind], voice: voiceOf[kind], tokens: ofKind(kind) }))
  const between = promptTokens - pieces.reduce((sum, { tokens }) => sum + tokens, 0)
  return [...pieces, { key: 'between', title: 'Headings and marks between them', voice: 'holdfast' as const, tokens: between }].filter(
    ({ tokens }) => tokens > 0,
  )
}

function Mark({ at, share, title, isBefore = false }: { at: number; share: number; title: string; isBefore?: boolean }) {
  return (
    <span className="absolute top-0 bottom-0" style={{ left: `${at * 100}%` }}>
      <span className="absolute top-0 h-4 w-0.5 -translate-x-1/2 bg-ink" />
      <span className={`absolute top-4.5 text-note whitespace-nowrap text-ink-2 tabular ${isBefore ? 'right-0' : 'left-0'}`}>
        {isBefore ? `${title} ${formatShare(share)}` : `${formatShare(share)} ${title}`}
      </span>
    </span>
  )
}

export function ContextBar({ shown }: { shown: ShownContext }) {
  const { promptTokens, limitTokens, contextTokens, share } = shown
  const limitShare = limitTokens / contextTokens
  const whole = Math.max(limitShare, windowRules.hardShare, share) * headroom
  const pieces = shown.isWhole ? piecesOf(shown) : [{ key: 'all', title: 'The prompt', voice: 'holdfast' as const, tokens: promptTokens }]
  const isLifted = limitShare > windowRules.hardShare + 0.01
  return (
    <>
      <div aria-hidden className="relative h-9">
        <div className="absolute inset-x-0 top-0.5 flex h-3 gap-px overflow-hidden rounded-full bg-sunken">
          {pieces.map(({ key, voice, tokens }) => (
            <span key={key} className={`h-full ${voiceLooks[voice].bar}`} style={{ width: `${(tokens / contextTokens / whole) * 100}%` }} />
          ))}
        </div>
        <Mark at={windowRules.softShare / whole} share={windowRules.softShare} title="near the limit" isBefore />
        <Mark at={windowRules.hardShare / whole} share={windowRules.hardShare} title={isLifted ? 'usual' : 'limit'} />
        {isLifted && <Mark at={limitShare / whole} share={limitShare} title="lifted" />}
      </div>
      <ul aria-label="What fills it" className="flex flex-wrap gap-x-4 gap-y-0.5 text-small text-ink-2">
        {pieces.map(({ key, title, voice, tokens }) => (
          <li key={key} className="flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={`size-2 rounded-[2px] ${voiceLooks[voice].bar}`} />
            {title} <span className="text-ink-3 tabular">{`${formatCount(tokens)} · ${fineShare(tokens / contextTokens)}`}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

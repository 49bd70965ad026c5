/** One block of a document: a heading, a paragraph, an item, lines with their numbers. The words are the document's, set in its voice. */
import type { ReactNode } from 'react'
import type { Block } from '../../main/domain/document.ts'
import type { Span } from '../../main/domain/quote.ts'
import { SourceText } from './source-text.tsx'

interface Props {
  readonly block: Block
  readonly marks: readonly Span[]
}

const headingLook = ['text-title', 'text-title', 'text-read', 'text-read', 'text-base', 'text-base', 'text-base'] as const

const headingTags = ['h2', 'h2', 'h3', 'h4', 'h5', 'h6', 'h6'] as const

function Lines({ block, marks }: Props) {
  const lines = block.parts.length > 0 ? block.parts : [{ start: 0, end: block.text.length, locator: block.locator, isField: false }]
  return (
    <div className="pb-3 font-mono text-small leading-5.5">
      {lines.map((line) => {
        const isMarked = marks.some((mark) => mark.start < line.end && mark.end > line.start)
        const within = marks.map((mark) => ({
          start: Math.max(mark.start, line.start) - line.start,
          end: Math.min(mark.end, line.end) - line.start,
        }))
        return (
          <div key={line.start} className={`flex ${isMarked ? 'bg-warn-soft' : ''}`}>
            <span className="w-16 shrink-0 pr-4 text-right text-ink-3 tabular select-none">
              {line.locator.kind === 'lines' ? line.locator.from : ''}
            </span>
            <span className="min-w-0 flex-1 pr-4 whitespace-pre-wrap wrap-anywhere">
              <SourceText text={block.text.slice(line.start, line.end)} marks={within} />
            </span>
          </div>
        )
      })}
    </div>
  )
}

/** Room for text within a column, in pixels. */
export const columnRoomPx = 640

/** A measure that can be read, in the middle of the paper. */
export function Column({ children }: { readonly children: ReactNode }) {
  return <div className="mx-auto max-w-180 px-10">{children}</div>
}

export function BlockRow({ block, marks }: Props) {
  const text = <SourceText text={block.text} marks={marks} />
  switch (block.kind) {
    case 'heading': {
      const Tag = headingTags[block.depth] ?? 'h6'
      return (
        <Column>
          <Tag className={`pt-5 pb-2 font-semibold text-balance wrap-anywhere ${headingLook[block.depth] ?? 'text-base'}`}>{text}</Tag>
        </Column>
      )
    }
    case 'item':
      return (
        <Column>
          <div className="flex gap-3 pb-1.5" style={{ paddingLeft: `${(Math.max(1, block.depth) - 1) * 24 + 4}px` }}>
            <span aria-hidden className="text-ink-3 select-none">
              •
            </span>
            <p className="min-w-0 flex-1 whitespace-pre-line wrap-anywhere">{text}</p>
          </div>
        </Column>
      )
    case 'quotation':
      return (
        <Column>
          <blockquote className="mb-3 border-l-2 border-line-strong pl-4 whitespace-pre-line text-ink-2 wrap-anywhere">{text}</blockquote>
        </Column>
      )
    case 'code':
      return (
        <Column>
          <pre className="mb-3 rounded-md bg-sunken px-4 py-3 font-mono text-small whitespace-pre-wrap wrap-anywhere">{text}</pre>
        </Column>
      )
    case 'caption':
      return (
        <Column>
          <p className="pb-3 text-base text-ink-2 italic wrap-anywhere">{text}</p>
        </Column>
      )
    case 'paragraph':
    case 'row':
      if (block.locator.kind === 'lines') return <Lines block={block} marks={marks} />
      return (
        <Column>
          <p className="pb-3 whitespace-pre-line wrap-anywhere">{text}</p>
        </Column>
      )
  }
}

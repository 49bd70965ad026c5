/** Exact arguments or results as they stand: broken into lines for the eye, invisible characters named, and copied as they are. */
import { useMemo, useState } from 'react'
import { SourceText } from '../documents/source-text.tsx'
import { plural } from '../format.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { type JsonLine, jsonLines } from './exact-json.ts'

/** How a line end stands in JSON. */
const lineEnd = '\\n'

const limits = { linesFolded: 40, indentRem: 1 } as const

function Line({ line }: { line: JsonLine }) {
  return (
    <div style={{ paddingLeft: `${(line.depth + (line.isContinued ? 1 : 0)) * limits.indentRem + 1}rem`, textIndent: '-1rem' }}>
      {line.pieces.map((piece, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line never change places
        <span key={i} className={piece.kind === 'key' ? 'mr-1.5 text-ink-2' : piece.kind === 'text' ? 'text-ink' : 'text-ink-2'}>
          <SourceText text={piece.text.endsWith(lineEnd) ? piece.text.slice(0, -lineEnd.length) : piece.text} />
          {piece.text.endsWith(lineEnd) && <span className="text-ink-3">{lineEnd}</span>}
        </span>
      ))}
    </div>
  )
}

interface Props {
  readonly text: string
  readonly label: string
  readonly linesFolded?: number
}

export function ExactJson({ text, label, linesFolded = limits.linesFolded }: Props) {
  const lines = useMemo(() => jsonLines(text), [text])
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? lines : lines.slice(0, linesFolded)
  const hidden = lines.length - linesFolded
  return (
    <div>
      <section
        aria-label={label}
        className="rounded-md border border-line bg-sunken px-3 py-2.5 font-mono text-small leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {shown.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
          <Line key={i} line={line} />
        ))}
        {!isWhole && hidden > 0 && <p className="mt-1 font-sans text-ink-2">… {plural(hidden, 'more line')}</p>}
      </section>
      <div className="mt-1 -ml-2.5 flex items-center">
        <CopyButton text={() => text} title="Copy exactly" />
        {hidden > 0 && (
          <Button kind="quiet" onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
            {isWhole ? 'Show less' : `Show all ${plural(lines.length, 'line')}`}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Text of a body: as exact JSON when it is some, else as text. */
export function ExactText({ text, label }: { text: string; label: string }) {
  if (/^\s*[{[]/.test(text)) return <ExactJson text={text} label={label} />
  return (
    <div>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-md border border-line bg-sunken px-3 py-2.5 font-mono text-small leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        <SourceText text={text} />
      </section>
      <div className="mt-1 -ml-2.5">
        <CopyButton text={() => text} />
      </div>
    </div>
  )
}

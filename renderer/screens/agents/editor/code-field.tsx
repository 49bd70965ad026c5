/**
 * A plain field for text in lines, with their numbers. Tab indents, and Esc lets the next Tab go on to what comes after the field. Only
 * the numbers in view exist. The browser's own undo keeps working.
 */
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react'
import { breakLine, type Edit, indent, outdent } from './text-edits.ts'

const limits = { linePx: 20, overscan: 30, padPx: 8 } as const

export type LineTone = 'bad' | 'warn' | 'plain'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly field: RefObject<HTMLTextAreaElement | null>
  /** Lines that something is said of. */
  readonly marks: ReadonlyMap<number, LineTone>
  readonly isReadOnly: boolean
}

const tones: Readonly<Record<LineTone, string>> = {
  bad: 'bg-bad-soft font-semibold text-bad',
  warn: 'bg-warn-soft font-semibold text-warn',
  plain: 'bg-info-soft text-info',
}

function Numbers({ lines, top, height, marks }: { lines: number; top: number; height: number; marks: Props['marks'] }) {
  const first = Math.max(0, Math.floor(top / limits.linePx) - limits.overscan)
  const last = Math.min(lines, Math.ceil((top + height) / limits.linePx) + limits.overscan)
  const seen = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i + 1)
  return (
    <div
      aria-hidden
      className="relative w-13 shrink-0 overflow-hidden border-r border-line bg-sunken text-right text-ink-3 tabular select-none"
    >
      <div className="absolute inset-x-0" style={{ transform: `translateY(${limits.padPx + first * limits.linePx - top}px)` }}>
        {seen.map((line) => {
          const tone = marks.get(line)
          return (
            <div key={line} data-line={line} data-tone={tone} className={`h-5 pr-2.5 pl-1 ${tone === undefined ? '' : tones[tone]}`}>
              {line}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** As if it had been typed, so that it can be undone. */
function apply(field: HTMLTextAreaElement, { from, to, insert, select }: Edit) {
  field.setSelectionRange(from, to)
  // The one way to change a field that the browser's undo knows of.
  document.execCommand(insert === '' ? 'delete' : 'insertText', false, insert)
  field.setSelectionRange(select.start, select.end)
}

export function CodeField({ label, value, onChange, field, marks, isReadOnly }: Props) {
  const id = useId()
  const [view, setView] = useState({ top: 0, height: 1_000 })
  const isLeaving = useRef(false)
  const lines = value.split('\n').length

  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      isLeaving.current = true
      return
    }
    const wasLeaving = isLeaving.current
    if (event.key !== 'Shift') isLeaving.current = false
    if (isReadOnly || event.ctrlKey || event.metaKey || event.altKey) return
    const { value: text, selectionStart: start, selectionEnd: end } = event.currentTarget
    const edit =
      event.key === 'Tab' && !wasLeaving
        ? event.shiftKey
          ? outdent(text, { start, end })
          : indent(text, { start, end })
        : event.key === 'Enter' && !event.shiftKey
          ? breakLine(text, { start, end })
          : undefined
    if (edit === undefined) return
    event.preventDefault()
    if (edit !== null) apply(event.currentTarget, edit)
  }

  return (
    <div className="flex min-h-0 flex-1 font-mono text-small leading-5">
      <Numbers lines={lines} top={view.top} height={view.height} marks={marks} />
      <textarea
        ref={field}
        aria-label={label}
        aria-describedby={id}
        value={value}
        readOnly={isReadOnly}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
        onBlur={() => {
          isLeaving.current = false
        }}
        onScroll={({ currentTarget: { scrollTop, clientHeight } }) => setView({ top: scrollTop, height: clientHeight })}
        className="min-h-0 min-w-0 flex-1 resize-none overflow-auto bg-surface px-3 py-2 whitespace-pre -outline-offset-2! read-only:text-ink-2"
      />
      <p id={id} className="sr-only">
        {isReadOnly ? 'This text can be read only.' : 'Tab indents. Press Escape, then Tab, to leave the field.'}
      </p>
    </div>
  )
}

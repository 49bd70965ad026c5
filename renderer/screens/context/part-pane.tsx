/** One part of a context: its text in the voice of whoever it comes from, its size, its source, and why it is there or is not. */
import { Link } from '@tanstack/react-router'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { LongText } from '../../components/long-text.tsx'
import { formatBytes, formatCount } from '../../format.ts'
import type { PartRow, ShownRow } from './part-rows.ts'
import { fineShare, leftOutWords, sourceWords, voiceLooks, voiceOf, voiceSentences, whyWords } from './part-words.ts'

interface Props {
  readonly row: PartRow
  readonly contextTokens: number
  readonly isWhole: boolean
  /** What a step of the run is called; null where it is not known. */
  readonly callOf: (stepId: string) => string | null
}

/** The way to where a part comes from, where there is one. */
function Source({ source }: { source: string }) {
  const dot = source.indexOf('.')
  if (dot > 0 && source.startsWith('doc_')) {
    return (
      <Link to="/documents/$documentId" params={{ documentId: source.slice(0, dot) }} search={{ passage: source }} className={buttonLook()}>
        Open in its document
      </Link>
    )
  }
  if (dot > 0 && source.startsWith('run_')) {
    return (
      <Link to="/runs/$runId" params={{ runId: source.slice(0, dot) }} className={buttonLook()}>
        Open the run it comes from
      </Link>
    )
  }
  return null
}

function sizeWords({ part }: PartRow, contextTokens: number): string {
  if (part.tokens === null) return 'Its size is not on record'
  const share = contextTokens === 0 ? '' : `, ${fineShare(part.tokens / contextTokens)} of the window`
  const bytes = 'bytes' in part && part.bytes !== null ? `, ${formatBytes(part.bytes)}` : ''
  return `${formatCount(part.tokens)} tokens${share}${bytes}`
}

function Text({ row, isWhole }: { row: ShownRow; isWhole: boolean }) {
  const { text, kind } = row.part
  const voice = voiceOf[kind]
  if (text === null) {
    return (
      <p className="m-auto max-w-110 p-8 text-center text-pretty text-ink-2">
        {isWhole
          ? 'The text of this part is not shown: it was purged, or it is labelled above what this account may see. That it was there, and how large it was, stays on record.'
          : 'Only that this passage was shown is on record, not its words as the model read them. Its document may have changed since.'}
      </p>
    )
  }
  return (
    <>
      <p className="shrink-0 border-b border-line px-5 py-1.5 text-small text-ink-2">{voiceSentences[voice]}</p>
      <LongText text={text} label={`Text: ${row.title}`} look={voiceLooks[voice].text} />
    </>
  )
}

export function PartPane({ row, contextTokens, isWhole, callOf }: Props) {
  const text = row.is === 'shown' ? row.part.text : null
  const why = row.is === 'shown' ? `It ${whyWords[row.part.why]}` : `Left out: ${leftOutWords[row.part.reason]}`
  return (
    <section aria-label="The part that is chosen" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-2.5">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="flex items-center gap-2 font-semibold">
            <span className="truncate">{row.title}</span>
            {row.is === 'shown' && row.part.isShortened && (
              <Chip tone="warn" title="It was made shorter, so that the rest has room">
                shortened to fit
              </Chip>
            )}
          </h2>
          <p className="text-small text-ink-2 tabular">{sizeWords(row, contextTokens)}</p>
          <p className="text-small text-ink-2">
            {why}; from {sourceWords(row.part.source, callOf)}.
          </p>
        </div>
        <Source source={row.part.source} />
        {text !== null && <CopyButton text={() => text} />}
      </div>
      {row.is === 'shown' ? (
        <Text row={row} isWhole={isWhole} />
      ) : (
        <p className="m-auto max-w-110 p-8 text-center text-pretty text-ink-2">
          The model was not shown this part. Where it comes from, it still stands whole.
        </p>
      )}
    </section>
  )
}

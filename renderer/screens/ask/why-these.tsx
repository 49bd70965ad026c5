/** Why the search ranked passages as it did: each one's place by words and by meaning, and what each added. */
import type { Citation } from '../../../main/contract/answer.ts'
import type { SearchHit } from '../../../main/contract/holdings.ts'
import { describeLocator } from '../../../main/domain/locator.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatDuration, formatShare } from '../../format.ts'

const top = 8
const stageNames = { bm25: 'Words', vector: 'Meaning' } as const

function Stage({ stage }: { stage: SearchHit['trace'][number] }) {
  return (
    <div className="flex gap-2 text-small text-ink-2 tabular">
      <span className="w-18">{stageNames[stage.stage]}</span>
      {stage.rank === null ? 'not found' : `place ${stage.rank}`}
      {stage.rank !== null && <span className="ml-auto">+{stage.contribution.toFixed(4)}</span>}
    </div>
  )
}

function Hit({ hit, cited }: { hit: SearchHit; cited: readonly number[] }) {
  return (
    <li className="border-b border-line px-4.5 py-3.5">
      <div className="flex items-baseline gap-2.5">
        <span className="w-4.5 shrink-0 text-center font-semibold text-ink-3 tabular">{hit.rank}</span>
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{visibleString(hit.file)}</p>
          <p className="text-small text-ink-2">{describeLocator(hit.locator)}</p>
        </div>
        {cited.length > 0 && <Chip tone="accent">cited as {cited.join(', ')}</Chip>}
      </div>
      <div className="mt-2 ml-7 space-y-1">
        <p className="line-clamp-2 text-small text-ink-2">{visibleString(hit.text)}</p>
        {hit.trace.map((stage) => (
          <Stage key={stage.stage} stage={stage} />
        ))}
        <div className="flex items-center gap-2 text-small text-ink-2 tabular">
          <span className="w-18">Rarer words</span>
          <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken">
            <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.round(hit.coverage * 100)}%` }} />
          </span>
          <span>{formatShare(hit.coverage)} covered</span>
        </div>
      </div>
    </li>
  )
}

interface Props {
  readonly question: string
  readonly citations: readonly Citation[]
  readonly collection: string | null
}

export function WhyThese({ question, citations, collection }: Props) {
  const search = useCall('search.query', { query: question, top, ...(collection === null ? {} : { collection }) })
  if (search.isPending) return <SkeletonRows rows={5} rowClass="h-24" label="Searching again" />
  if (search.isError) {
    return (
      <div className="p-4.5">
        <FailureNotice failure={search.error.failure} onRetry={() => void search.refetch()} />
      </div>
    )
  }
  const { hits, embedder, vectorSearch, tookMs } = search.data
  const citedAs = (hit: SearchHit) => citations.filter((citation) => citation.passageId === hit.passageId).map(({ n }) => n)
  return (
    <>
      <p className="border-b border-line px-4.5 py-3 text-small text-ink-2">
        Searched again just now in {formatDuration(tookMs)}, over the documents as they are now. Two searches, by words and by meaning, are
        merged by place. Embedder: {embedder}; vector search: {vectorSearch === 'lancedb' ? 'LanceDB' : 'exact'}.
      </p>
      {hits.length === 0 ? (
        <p className="p-4.5 text-ink-2">No passage shares anything with this question.</p>
      ) : (
        <ol>
          {hits.map((hit) => (
            <Hit key={hit.passageId} hit={hit} cited={citedAs(hit)} />
          ))}
        </ol>
      )}
    </>
  )
}

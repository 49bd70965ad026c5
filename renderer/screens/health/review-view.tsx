/** The review of how agents were run, of a week or of two: Markdown shown as inert text, to be copied or saved. */
import { type ReactNode, useMemo, useState } from 'react'
import type { Review } from '../../../main/contract/telemetry.ts'
import { type ReviewPeriod, reviewPeriods } from '../../../main/domain/review.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { saveFile } from '../../components/save-file.ts'
import { Segments } from '../../components/segments.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { PageParts } from '../../manual/page-parts.tsx'
import { readPage } from '../../manual/read-page.ts'
import type { Reading } from '../../manual/reading.ts'

const periodTitles: Readonly<Record<ReviewPeriod, string>> = { week: 'A week', fortnight: 'Two weeks' }
const periods = reviewPeriods.map((value) => ({ value, title: periodTitles[value] }))

/** A link of a review leads nowhere: it is its words. */
const PlainLink = ({ children }: { children: ReactNode }) => <>{children}</>
const reading: Reading = { page: 'health', words: [], titleOf: (page) => page, Link: PlainLink }

/** `holdfast-review-week-2026-11-19.md` */
const fileNameOf = ({ period, at }: Review): string => `holdfast-review-${period}-${new Date(at).toISOString().slice(0, 10)}.md`

function Paper({ markdown }: { markdown: string }) {
  const page = useMemo(() => readPage('review', markdown), [markdown])
  return (
    <section
      aria-label={page.title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto -outline-offset-2!"
    >
      <PageParts page={page} reading={reading} />
    </section>
  )
}

export function ReviewView() {
  const [period, setPeriod] = useState<ReviewPeriod>('week')
  const review = useCall('reports.review', { period })
  const save = (made: Review) => saveFile(new TextEncoder().encode(made.markdown), fileNameOf(made), 'text/markdown')
  const { data } = review
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-6 py-2">
        <Segments label="Of how long" value={period} choices={periods} onChoose={setPeriod} />
        <span className="text-small text-ink-2 max-wide:hidden">Names and numbers only, of what this account may see.</span>
        {data !== undefined && (
          <span className="ml-auto flex items-center gap-1">
            <CopyButton text={() => data.markdown} title="Copy as Markdown" />
            <Button onClick={() => save(data)}>Save the file</Button>
          </span>
        )}
      </div>
      {data !== undefined ? (
        <Paper markdown={data.markdown} />
      ) : review.isError ? (
        <FailurePanel failure={review.error.failure} onRetry={() => void review.refetch()} />
      ) : (
        <SkeletonRows label="Putting the review together" />
      )}
    </div>
  )
}

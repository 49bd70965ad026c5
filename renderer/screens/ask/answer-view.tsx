/** A finished answer: an honest account of what produced it, its claims, and what can be done with it. */
import { Link } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import type { Answer } from '../../../main/contract/answer.ts'
import { describeLocator } from '../../../main/domain/locator.ts'
import { answerAsText, countQuotes, countUnsupported, paragraphsOf } from '../../answer-text.ts'
import { useCall } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { LabelChip } from '../../components/level.tsx'
import { formatCount, formatDuration, plural } from '../../format.ts'
import { type ClaimLook, ProseClaim, QuotedClaim } from './claims.tsx'
import { ExportDialog } from './export-dialog.tsx'

function usageText({ usage }: Answer): string {
  const tokens = usage.promptTokens + usage.completionTokens
  if (tokens === 0) return formatDuration(usage.totalMs)
  const reused = usage.reusedTokens === 0 ? '' : `, ${formatCount(usage.reusedTokens)} reused`
  return `${formatDuration(usage.totalMs)} · ${formatCount(tokens)} tokens${reused}`
}

/** Label, quotes, what served, what it took. */
export function AnswerMeta({ answer }: { answer: Answer }) {
  const models = useCall('models.list', {}, { enabled: answer.model !== null })
  const quotes = countQuotes(answer)
  const name = models.data?.items.find((model) => model.id === answer.model)?.name ?? null
  const tier = answer.tier.charAt(0).toUpperCase() + answer.tier.slice(1)
  const served = answer.model === null ? 'No model' : [tier, name, answer.device].filter((part) => part !== null).join(' · ')
  return (
    <div className="mb-4 flex flex-wrap gap-1.5">
      <LabelChip label={answer.label} />
      {quotes.all > 0 && (
        <Chip tone={quotes.verified === quotes.all ? 'ok' : 'warn'}>
          {quotes.verified} of {plural(quotes.all, 'quote')} verified
        </Chip>
      )}
      <Chip>{served}</Chip>
      <Chip>{usageText(answer)}</Chip>
    </div>
  )
}

function NotInDocuments({ answer }: { answer: Answer }) {
  return (
    <p className="text-read text-ink-2">
      <strong className="font-semibold text-ink">Not in your documents.</strong>
      {answer.nearest.length > 0 && (
        <>
          {' '}
          Nearest, not evidence:{' '}
          {answer.nearest.map((near, i) => (
            <Fragment key={`${near.documentId} ${describeLocator(near.locator)}`}>
              {i > 0 && '; '}
              <Link
                to="/documents/$documentId"
                params={{ documentId: near.documentId }}
                className="underline decoration-line-strong underline-offset-4 hover:text-ink hover:decoration-current"
              >
                {near.file}, {describeLocator(near.locator)}
              </Link>
            </Fragment>
          ))}
          .
        </>
      )}
    </p>
  )
}

function Claims({ answer, look }: { answer: Answer; look: ClaimLook }) {
  if (!answer.supported && answer.claims.length === 0) return <NotInDocuments answer={answer} />
  if (answer.model === null) {
    return (
      <div className="space-y-4">
        <p className="text-ink-2">Quoted from your documents, no model was used.</p>
        {answer.claims.map((claim, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the claims of an answer never move
          <QuotedClaim key={i} claim={claim} look={look} />
        ))}
      </div>
    )
  }
  return (
    <div className="space-y-3 text-read text-pretty">
      {!answer.supported && <NotInDocuments answer={answer} />}
      {paragraphsOf(answer).map((claims, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the paragraphs of an answer never move
        <p key={i}>
          {claims.map((claim, j) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the claims of an answer never move
            <Fragment key={j}>
              {j > 0 && ' '}
              <ProseClaim claim={claim} look={look} />
            </Fragment>
          ))}
        </p>
      ))}
    </div>
  )
}

export function AnswerView({ answer, look, onAskAgain }: { answer: Answer; look: ClaimLook; onAskAgain: () => void }) {
  const unsupported = countUnsupported(answer)
  const [isExporting, setExporting] = useState(false)
  return (
    <>
      <AnswerMeta answer={answer} />
      <Claims answer={answer} look={look} />
      <div className="mt-4 -ml-2.5 flex flex-wrap items-center gap-1">
        <CopyButton text={() => answerAsText(answer)} />
        <Button kind="quiet" onClick={() => setExporting(true)}>
          Export…
        </Button>
        <Button kind="quiet" onClick={onAskAgain}>
          Ask again
        </Button>
        <Link to="/runs/$runId" params={{ runId: answer.runId }} className={buttonLook({ kind: 'quiet' })}>
          Open run
        </Link>
        {unsupported > 0 && (
          <span className="ml-2">
            <Chip tone="warn">{plural(unsupported, 'sentence')} without support</Chip>
          </span>
        )}
      </div>
      <ExportDialog runId={answer.runId} isOpen={isExporting} onClose={() => setExporting(false)} />
    </>
  )
}

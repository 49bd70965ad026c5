/** What Holdfast says about the passage a document was opened at: where it stands, and ways to see it again and to take it along. */
import { Quote, TriangleAlert } from 'lucide-react'
import type { DocumentSummary, PassageDetail } from '../../main/contract/holdings.ts'
import { describeLocator } from '../../main/domain/locator.ts'
import { Button } from '../components/button.tsx'
import { CopyButton } from '../components/copy-button.tsx'
import { citationText } from './citation-text.ts'
import type { Quoted } from './quoted.ts'
import { SourceText } from './source-text.tsx'
import { visibleString } from './visible-text.ts'

interface Props {
  readonly document: DocumentSummary
  readonly passage: PassageDetail
  readonly quoted: Quoted
  readonly onShow: () => void
}

export function PassageTools({ document, passage, quoted, onShow }: Props) {
  const place = describeLocator(quoted.locator)
  const cited = () =>
    citationText({ quote: quoted.text ?? passage.text, file: document.file, locator: quoted.locator, label: document.label })
  return (
    <div className="flex min-w-0 items-center gap-2">
      {quoted.isFound ? (
        <Quote aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.8} />
      ) : (
        <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" strokeWidth={1.8} />
      )}
      <p className="truncate" title={visibleString(place)}>
        <span className={`font-medium ${quoted.isFound ? '' : 'text-warn'}`}>
          {quoted.isFound ? 'Quoted passage' : 'These words do not stand in the passage marked here'}
        </span>
        <span className="text-ink-2">
          {' · '}
          <SourceText text={place} />
        </span>
      </p>
      <Button kind="quiet" onClick={onShow}>
        Show
      </Button>
      {quoted.isFound && <CopyButton title="Copy quote" text={cited} />}
    </div>
  )
}

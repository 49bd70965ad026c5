/** What one context bundle says, what it goes on from, and the way back to the texts that it was made from. */
import { type ReactNode, useState } from 'react'
import type { BundleDetail } from '../../../main/contract/context.ts'
import type { BundleValue, ContextBundle } from '../../../main/domain/context-bundle.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatCount, plural } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { BundleChain } from './bundle-chain.tsx'
import { BundleText, sectionWords } from './bundle-text.tsx'

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-3.5">
      <h4 className="mb-1 text-small font-semibold text-ink-2">{title}</h4>
      {children}
    </section>
  )
}

/** A button that opens a text of the source below it. */
function Expand({ id, section, title }: { id: string; section: string | null; title: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div>
      <Button kind="quiet" className="-ml-2.5" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Hide' : 'Read'} {title}
      </Button>
      {isOpen && <BundleText id={id} section={section} />}
    </div>
  )
}

function Value({ id, value }: { id: string; value: BundleValue }) {
  if ('text' in value) return <SourceText text={value.text} />
  return (
    <>
      <SourceText text={value.begins} />… <span className="text-small text-ink-3">{formatCount(value.chars)} characters</span>
      <Expand id={id} section={value.section} title="all of it" />
    </>
  )
}

const wordsLook = '[overflow-wrap:anywhere] whitespace-pre-wrap'

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <Part title={title}>
      <ul className={`list-disc space-y-0.5 pl-5 marker:text-ink-3 ${wordsLook}`}>
        {lines.map((line) => (
          <li key={line}>
            <SourceText text={line} />
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Findings({ findings }: Pick<ContextBundle, 'findings'>) {
  if (findings.length === 0) return null
  return (
    <Part title="What it found, in the words of the run">
      <ul className="space-y-1.5 border-l-[3px] border-info pl-3">
        {findings.map(({ text, isVerified }) => (
          <li key={text} className={wordsLook}>
            <Chip tone={isVerified ? 'ok' : 'warn'}>{isVerified ? 'quotes verified' : 'not verified'}</Chip> <SourceText text={text} />
          </li>
        ))}
      </ul>
    </Part>
  )
}

function leftOutWords({ leftOut: { findings, artifacts, openRisks } }: ContextBundle): string | null {
  const words = [
    findings > 0 ? plural(findings, 'finding') : null,
    artifacts > 0 ? plural(artifacts, 'file or note', 'files or notes') : null,
    openRisks > 0 ? plural(openRisks, 'open question') : null,
  ].filter((one) => one !== null)
  return words.length === 0 ? null : `No room was left for ${words.join(', ')}; they stand in the source.`
}

function Said({ bundle }: { bundle: ContextBundle }) {
  const { id, summary, decisions, parameters, nextSteps, handoff } = bundle
  const entries = Object.entries(parameters)
  const missing = leftOutWords(bundle)
  return (
    <>
      <Part title="State">
        <p className={wordsLook}>
          <SourceText text={summary === '' ? handoff.summary : summary} />
        </p>
        <p className="text-ink-2">{handoff.continuation}</p>
      </Part>
      {entries.length > 0 && (
        <Part title="What was given">
          <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1.5">
            {entries.map(([key, value]) => (
              <div key={key} className="contents">
                <dt className="truncate font-mono text-small text-ink-2" title={key}>
                  {key}
                </dt>
                <dd className={wordsLook}>
                  <Value id={id} value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      {decisions.length > 0 && (
        <Part title="Decisions">
          <ul className="space-y-1.5">
            {decisions.map(({ key, choice, why, by }) => (
              <li key={key} className={wordsLook}>
                <b className="font-medium">
                  Call {Number(key.slice('step-'.length)) + 1}: {choice}
                </b>{' '}
                <span className="text-small text-ink-3">{by === 'person' ? 'by a person' : 'by nobody in time'}</span>
                <div className="text-ink-2">
                  <Value id={id} value={why} />
                </div>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Findings findings={bundle.findings} />
      <Lines title="What comes next" lines={nextSteps} />
      <Lines title="Open" lines={handoff.openRisks} />
      <Lines title="Files and notes" lines={handoff.artifacts.map(({ kind, name }) => `${name}, a ${kind}`)} />
      {missing !== null && <p className="mt-2 text-small text-ink-2">{missing}</p>}
    </>
  )
}

function Content({ detail }: { detail: BundleDetail }) {
  useShowsLabel(detail.label)
  const { bundle, sections, id } = detail
  const gone = detail.isPurged
    ? 'A text that it was made from was purged, and what it says went with it.'
    : detail.isIntact
      ? 'What it says is labelled above what this account may see.'
      : 'What lies here is not what was recorded, so it is not shown. Verify the record in Audit.'
  return (
    <>
      {bundle === null ? <p className="mt-3 text-warn">{gone}</p> : <Said bundle={bundle} />}
      <BundleChain id={id} />
      <Part title="Where it comes from">
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              {section.isPurged ? (
                <span className="text-ink-2">{sectionWords(section.id)}: purged</span>
              ) : (
                <Expand id={id} section={section.id} title={sectionWords(section.id)} />
              )}
            </li>
          ))}
          <li>
            <Expand id={id} section={null} title="all of it, with the events" />
          </li>
        </ul>
      </Part>
    </>
  )
}

export function BundleView({ id }: { id: string }) {
  const read = useCall('contextBundles.get', { contextBundleId: id })
  return (
    <div className="border-t border-line px-4 pb-4">
      {read.data !== undefined ? (
        <Content detail={read.data} />
      ) : read.isError ? (
        <div className="pt-3">
          <FailureNotice failure={read.error.failure} onRetry={() => void read.refetch()} />
        </div>
      ) : (
        <Skeleton className="mt-3 h-32 w-full" />
      )}
    </div>
  )
}

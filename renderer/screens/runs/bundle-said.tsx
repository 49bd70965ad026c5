/** What a context bundle says: state, what was given, decisions, findings, what comes next and what is open. */
import type { BundleValue, ContextBundle } from '../../../main/domain/context-bundle.ts'
import { Chip } from '../../components/chip.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount, plural } from '../../format.ts'
import { Expand, Part } from './bundle-part.tsx'

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
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a bundle never change places
          <li key={i}>
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
        {findings.map(({ text, isVerified }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings of a bundle never change places
          <li key={i} className={wordsLook}>
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

export function Said({ bundle }: { bundle: ContextBundle }) {
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
                <dt className="truncate font-mono text-small text-ink-2" title={visibleString(key)}>
                  {visibleString(key)}
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
                  Call {Number(key.slice('step-'.length)) + 1}: <SourceText text={choice} />
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

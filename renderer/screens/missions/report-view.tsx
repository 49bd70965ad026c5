/** What a mission found, shard by shard: each sentence with its sources, what a check by reading noticed, and what is missing. */

import { Link } from '@tanstack/react-router'
import { Eye } from 'lucide-react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import type { MissionReport, ReportSection } from '../../../main/domain/mission/report.ts'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { plural } from '../../format.ts'
import { type ClaimLook, ProseClaim, QuotedClaim } from '../ask/claims.tsx'
import { agentWords } from '../runs/run-words.ts'
import { noteWords, shardWords } from './mission-words.ts'

type Claim = ReportSection['claims'][number]
type TitleOf = (key: string) => string | null

function Notes({ claim, titleOf }: { claim: Claim; titleOf: TitleOf }) {
  if (claim.notes.length === 0) return null
  return (
    <ul aria-label="Look at this" className="mt-1.5 space-y-1">
      {claim.notes.map((note) => (
        <li key={`${note.note} ${note.shard ?? ''}`} className="flex items-start gap-2 text-small text-warn">
          <Eye aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={1.8} />
          <span>{noteWords(note, note.shard === null ? null : titleOf(note.shard))}</span>
        </li>
      ))}
    </ul>
  )
}

function Section({ section, look, titleOf }: { section: ReportSection; look: ClaimLook; titleOf: TitleOf }) {
  const { title, agent, runId, tier, device, claims, leftOut, omitted } = section
  const served = tier === 'reflex' ? 'quoted from your documents, no model was used' : `written by a model at the ${tier} tier, ${device}`
  return (
    <section aria-label={visibleString(title)} className="mt-7 first:mt-0">
      <h3 className="text-read font-semibold text-balance [overflow-wrap:anywhere]">{visibleString(title)}</h3>
      <p className="mt-0.5 mb-3 text-small text-ink-2">
        {agentWords(agent)}, {served}.{' '}
        <Link to="/runs/$runId" params={{ runId }} className="text-accent underline underline-offset-2">
          Open run
        </Link>
      </p>
      {claims.length === 0 ? (
        <p className="text-ink-2">
          <strong className="font-semibold text-ink">Nothing found.</strong> Nothing stands here that a quote holds up.
        </p>
      ) : (
        <ul className="space-y-3.5">
          {claims.map((claim, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the sentences of a report never move
            <li key={i} className="text-read text-pretty">
              {tier === 'reflex' ? <QuotedClaim claim={claim} look={look} /> : <ProseClaim claim={claim} look={look} />}
              <Notes claim={claim} titleOf={titleOf} />
            </li>
          ))}
        </ul>
      )}
      {omitted > 0 && (
        <p className="mt-3 text-small text-warn">
          {plural(omitted, 'more sentence')} did not fit into what was handed on. {omitted === 1 ? 'It stands' : 'They stand'} in no report;
          nobody checked {omitted === 1 ? 'it' : 'them'}.
        </p>
      )}
      {leftOut > 0 && (
        <p className="mt-3 text-small text-ink-2">
          {plural(leftOut, 'sentence')} that no verified quote holds up {leftOut === 1 ? 'was' : 'were'} left out.
        </p>
      )}
    </section>
  )
}

function Missing({ missing }: Pick<MissionReport, 'missing'>) {
  if (missing.length === 0) return null
  return (
    <section aria-label="What is missing" className="mt-7 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-3">
      <h3 className="font-semibold">What is missing</h3>
      <ul className="mt-1.5 space-y-1">
        {missing.map(({ key, title, status, code }) => (
          <li key={key} className="[overflow-wrap:anywhere]">
            {visibleString(title)}: {shardWords[status]}
            {code !== null && <span className="ml-1.5 font-mono text-small text-ink-2">{code}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Props {
  readonly report: NonNullable<MissionDetail['report']>
  readonly selected: number | null
  readonly onSelect: (n: number) => void
}

export function ReportView({ report, selected, onSelect }: Props) {
  const { content, commitment } = report
  const { counts, sections, citations, missing } = content
  const titleOf: TitleOf = (key) => {
    const found = sections.find((section) => section.key === key)
    return found === undefined ? null : visibleString(found.title)
  }
  const noted = sections.flatMap(({ claims }) => claims).filter(({ notes }) => notes.length > 0).length
  return (
    <article aria-label="Report" className="max-w-180">
      <h2 className="text-title font-semibold tracking-[-0.015em] text-balance [overflow-wrap:anywhere]">{visibleString(content.goal)}</h2>
      <div className="mt-2.5 mb-6 flex flex-wrap items-center gap-1.5">
        <Chip tone={counts.quotes > 0 && counts.verified === counts.quotes ? 'ok' : 'warn'}>
          {counts.verified} of {plural(counts.quotes, 'quote')} verified
        </Chip>
        {noted > 0 && <Chip tone="warn">{plural(noted, 'sentence')} to look at</Chip>}
        {missing.length > 0 && <Chip tone="warn">{plural(missing.length, 'shard')} missing</Chip>}
      </div>
      {sections.map((section) => (
        <Section key={section.key} section={section} look={{ citations, selected, onSelect }} titleOf={titleOf} />
      ))}
      <Missing missing={missing} />
      <p className="mt-7 flex items-center gap-1.5 text-small text-ink-2">
        <span className="font-mono">{commitment.alg}</span>
        <Hash value={formatDigest(commitment)} label="the hash of the report" />
        what you release
      </p>
    </article>
  )
}

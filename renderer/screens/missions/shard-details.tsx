/** One shard in full: what its agent is given, what it may spend, what its check said, and each of its runs. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { MissionShardView } from '../../../main/contract/missions.ts'
import { Chip } from '../../components/chip.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount } from '../../format.ts'
import { agentWords, statusTones, statusWords } from '../runs/run-words.ts'
import { shardTones, shardWords } from './mission-words.ts'

function Given({ value, document }: { value: string; document: MissionShardView['documents'][number] | null }) {
  if (document === null) return <SourceText text={value} />
  if (document.file === null) return <span className="text-ink-2">A document that is gone, or may not be named here.</span>
  return (
    <Link to="/documents/$documentId" params={{ documentId: document.documentId }} className="text-accent underline underline-offset-2">
      {visibleString(document.file)}
    </Link>
  )
}

/** What its agent is given, each field under its name. */
export function ShardInput({ input, documents }: Pick<MissionShardView, 'input' | 'documents'>) {
  const fields = Object.entries(input)
  if (fields.length === 0) return <p className="text-ink-2">Its texts were purged.</p>
  return (
    <dl className="space-y-1.5">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt className="text-small text-ink-2">{agentWords(name)}</dt>
          <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            <Given value={value} document={documents.find(({ field }) => field === name) ?? null} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Runs of a shard, newest last, each a way to its own screen. */
export function ShardRuns({ runs }: Pick<MissionShardView, 'runs'>) {
  if (runs.length === 0) return <p className="text-ink-2">No run yet.</p>
  return (
    <ul className="space-y-1">
      {runs.map(({ runId, attempt, status, code, startedAt }) => (
        <li key={runId} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link to="/runs/$runId" params={{ runId }} className="text-accent underline underline-offset-2">
            {attempt === 1 ? 'Open run' : `Open run, attempt ${attempt}`}
          </Link>
          {status !== null && <Chip tone={statusTones[status]}>{statusWords[status]}</Chip>}
          {code !== null && <span className="font-mono text-small text-ink-2">{code}</span>}
          {startedAt !== null && (
            <span className="ml-auto text-small text-ink-2">
              <TimeAgo atMs={startedAt} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="border-b border-line px-4.5 py-3.5">
    <h3 className="mb-1.5 text-small font-semibold text-ink-2">{title}</h3>
    {children}
  </section>
)

export function ShardDetails({ shard }: { shard: MissionShardView }) {
  const { check, after, tokensUsed, tokensMax } = shard
  return (
    <>
      <div className="border-b border-line px-4.5 py-3.5 pr-12">
        <h2 className="font-semibold text-pretty [overflow-wrap:anywhere]">
          {shard.title === null ? 'A shard whose text was purged' : visibleString(shard.title)}
        </h2>
        <p className="mt-1.5">
          <Chip tone={shardTones[shard.status]}>{shardWords[shard.status]}</Chip>
        </p>
      </div>
      <Part title="About it">
        <Facts>
          <Fact name="Key">
            <span className="font-mono text-small">{shard.key}</span>
          </Fact>
          <Fact name="Agent">{agentWords(shard.agent)}</Fact>
          <Fact name="Works from">
            {after.length === 0 ? 'your documents alone' : <span className="font-mono text-small">{after.join(', ')}</span>}
          </Fact>
          <Fact name="Tokens">
            <span className="tabular">
              {formatCount(tokensUsed)} of {formatCount(tokensMax)}
            </span>
          </Fact>
          {check !== null && (
            <>
              <Fact name="Claims">
                <span className="tabular">
                  {check.counts.supported} of {check.counts.claims} held up
                </span>
              </Fact>
              <Fact name="Quotes">
                <span className="tabular">
                  {check.counts.verified} of {check.counts.quotes} verified
                </span>
              </Fact>
              {check.fault !== null && (
                <Fact name="Not taken">
                  <span className="font-mono text-small text-bad">{check.fault}</span>
                </Fact>
              )}
            </>
          )}
          {shard.askedBy !== null && (
            <Fact name="Asked by">
              <Link to="/runs/$runId" params={{ runId: shard.askedBy }} className="text-accent underline underline-offset-2">
                another run of this mission
              </Link>
            </Fact>
          )}
        </Facts>
      </Part>
      <Part title="What its agent is given">
        <ShardInput {...shard} />
      </Part>
      <Part title="Runs">
        <ShardRuns runs={shard.runs} />
      </Part>
    </>
  )
}

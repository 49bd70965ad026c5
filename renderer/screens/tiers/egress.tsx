/** Ways out of this machine: the walls, what was tried, and a test that tries them all. */
import { useState } from 'react'
import type { EgressEntry, EgressSelfTest, EgressWall } from '../../../main/contract/egress.ts'
import type { EgressPart } from '../../../main/domain/egress.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatBytes, formatCount, plural } from '../../format.ts'
import { Section, Setting } from '../settings/section.tsx'

const limits = { shown: 100 } as const
const stales = ['egress.list', 'egress.status', 'station.status'] as const

const wallTones: Readonly<Record<EgressWall['state'], Tone>> = { active: 'ok', absent: 'warn', unknown: 'plain' }
const wallWords = { active: 'in place', absent: 'not in place', unknown: 'not known' } as const
const decisionTones: Readonly<Record<EgressEntry['decision'], Tone>> = { allowed: 'info', denied: 'bad', test: 'plain' }
const decisionWords = { allowed: 'allowed', denied: 'refused', test: 'self-test' } as const
const partWords: Readonly<Record<EgressPart, string>> = {
  ...{ core: 'the core', desktop: 'the window', worker: 'a worker', inference: 'the model', parser: 'a document reader' },
  ...{ vectors: 'the vector index', table_query: 'a table query', self_test: 'the self-test', endpoint: 'a tier', serve: 'programs' },
}

function Trials({ test }: { test: EgressSelfTest }) {
  return (
    <div className="border-t border-line px-4 py-3" role="status">
      <p className={`font-medium ${test.ok ? 'text-ok' : 'text-bad'}`}>
        {test.ok
          ? `All of ${plural(test.trials.length, 'attempt')} were caught, and stand in the ledger.`
          : 'Not every attempt was caught. Do not hold anything on this machine that may not leave it.'}
      </p>
      <ul className="mt-2 grid grid-cols-2 gap-x-6 gap-y-0.5 text-small text-ink-2 max-wide:grid-cols-1">
        {test.trials.map(({ way, part, isCaught }) => (
          <li key={`${way} ${part}`} className="flex gap-2">
            <span className={isCaught ? 'text-ok' : 'font-medium text-bad'}>{isCaught ? 'caught' : 'went through'}</span>
            {way}, {partWords[part]}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Walls() {
  const status = useCall('egress.status', {})
  const test = useAct('egress.selfTest', { stales })
  if (status.isPending) return <SkeletonRows label="Reading the walls" rows={3} />
  if (status.isError) return <FailurePanel failure={status.error.failure} onRetry={() => void status.refetch()} />
  const { sinceStart, walls } = status.data
  return (
    <Section
      id="walls"
      title="Nothing leaves by accident"
      detail={`Since the start: ${formatCount(sinceStart.allowed)} allowed, ${formatCount(sinceStart.denied)} refused.`}
      actions={
        <Button onClick={() => test.mutate({})} disabled={test.isPending}>
          {test.isPending ? 'Trying every way out…' : 'Try every way out'}
        </Button>
      }
    >
      {walls.map(({ id, title, state, detail }) => (
        <Setting key={id} title={title} detail={detail}>
          <Chip tone={wallTones[state]}>{wallWords[state]}</Chip>
        </Setting>
      ))}
      {test.isError && (
        <div className="p-3">
          <FailureNotice failure={test.error.failure} />
        </div>
      )}
      {test.data !== undefined && <Trials test={test.data} />}
    </Section>
  )
}

function Entry({ entry }: { entry: EgressEntry }) {
  const { decision, destination, part, kind, count, bytesOut, bytesIn, at } = entry
  return (
    <li className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-0">
      <span className="w-20 shrink-0">
        <Chip tone={decisionTones[decision]}>{decisionWords[decision]}</Chip>
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-mono text-small">
          <SourceText text={destination} />
        </p>
        <p className="text-small text-ink-2">
          {kind}, by {partWords[part]}
          {count > 1 && `, ${formatCount(count)} times`}
          {bytesOut !== null && `, ${formatBytes(bytesOut)} out`}
          {bytesIn !== null && `, ${formatBytes(bytesIn)} in`}
        </p>
      </div>
      <span className="shrink-0 text-small text-ink-2">
        <TimeAgo atMs={at} />
      </span>
    </li>
  )
}

const every = 'every'

export function Egress() {
  const [shown, setShown] = useState<EgressEntry['decision'] | typeof every>(every)
  const list = useCall('egress.list', { limit: limits.shown, ...(shown === every ? {} : { decision: shown }) })
  const out = useAct('egress.export')
  const choose = (value: string) => setShown(value === 'allowed' || value === 'denied' || value === 'test' ? value : every)
  return (
    <div className="mx-auto max-w-224 px-7 py-7">
      <Walls />
      <Section
        id="ledger"
        title="The ledger"
        detail="Every way out that was tried, by whom and where to. What went is known by its hash."
        actions={
          <>
            <ChoiceMenu
              label="What is shown"
              value={shown}
              onChoose={choose}
              choices={[
                { value: every, title: 'Everything' },
                { value: 'allowed', title: 'Allowed' },
                { value: 'denied', title: 'Refused' },
                { value: 'test', title: 'Self-tests' },
              ]}
            />
            <Button onClick={() => out.mutate({})} disabled={out.isPending}>
              Export
            </Button>
          </>
        }
      >
        {out.isError && (
          <div className="p-3">
            <FailureNotice failure={out.error.failure} />
          </div>
        )}
        {out.data !== undefined && (
          <Setting title={`${plural(out.data.entries, 'entry', 'entries')}, ${formatBytes(out.data.bytes)}`}>
            <span className="font-mono text-small">{out.data.file}</span>
          </Setting>
        )}
        {list.isPending ? (
          <SkeletonRows label="Reading the ledger" rows={3} />
        ) : list.isError ? (
          <FailurePanel failure={list.error.failure} onRetry={() => void list.refetch()} />
        ) : list.data.items.length === 0 ? (
          <p className="px-4 py-4 text-ink-2">{shown === every ? 'Nothing ever tried to leave this machine.' : 'Nothing of that kind.'}</p>
        ) : (
          <ul>
            {list.data.items.map((entry) => (
              <Entry key={entry.entry} entry={entry} />
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

/**
 * Where a person changes the plan that waits at G2, or writes one. Nothing is sent before it is put forward; it is checked then as a
 * planner's is, and stands at the gate as theirs, to be approved like any other.
 */
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { planLimits } from '../../../main/domain/mission/plan.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount } from '../../format.ts'
import { agentWords } from '../runs/run-words.ts'
import {
  draftsOf,
  faultsAfter,
  namesOf,
  newDraft,
  type PlacedFault,
  placedWords,
  placeFaults,
  planOf,
  type ShardDraft,
  withoutDraft,
} from './plan-drafts.ts'
import { ShardForm, titleFieldId } from './shard-form.tsx'
import { readTokens } from './start-words.ts'

const sizes = { rowPx: 56 } as const

interface Props {
  readonly mission: MissionDetail
  /** False while something else of the mission is looked at. */
  readonly isShown: boolean
  /** Somebody decided at the gate meanwhile: what was written stays to be read, and can no longer be put forward. */
  readonly isPast: boolean
  readonly onPut: () => void
  readonly onClose: () => void
}

/** What a field is called in the form, before what is wrong with it. */
const fieldWords = (field: string): string => field.replace(/^input\./, '').replace(/^budget\..*/, 'tokens')

/** Every fault of the plan, each a way to its shard. */
function Faults({ faults, onGo }: { faults: readonly PlacedFault[]; onGo: (key: string) => void }) {
  if (faults.length === 0) return null
  return (
    <div role="alert" className="mb-4 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
      <p className="font-semibold">The plan was not taken</p>
      <ul className="mt-1.5 space-y-1">
        {faults.map((fault) => (
          <li key={`${fault.code} ${fault.at}`} className="[overflow-wrap:anywhere]">
            {fault.key === null ? (
              'The shards'
            ) : (
              <>
                <button
                  type="button"
                  className="font-mono text-small text-accent underline underline-offset-2"
                  onClick={() => onGo(fault.key ?? '')}
                >
                  {fault.key}
                </button>{' '}
                {fieldWords(fault.field)}
              </>
            )}{' '}
            {placedWords(fault)}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Row({ draft, hasFault }: { draft: ShardDraft; hasFault: boolean }) {
  return (
    <div className="grid h-full grid-cols-[2.5rem_minmax(0,1fr)] items-center gap-2 px-3">
      <span className="truncate font-mono text-small text-ink-2">{draft.key}</span>
      <span className="min-w-0">
        <span className="block truncate font-medium">{draft.title.trim() === '' ? 'Without a title' : visibleString(draft.title)}</span>
        <span className={`block truncate text-small ${hasFault ? 'text-bad' : 'text-ink-2'}`}>
          {hasFault ? 'something is wrong here' : agentWords(draft.agent)}
        </span>
      </span>
    </div>
  )
}

const focusTitle = () => requestAnimationFrame(() => document.getElementById(titleFieldId)?.focus())
const noDoing = { isPending: false, error: null, reset: () => undefined } as const

function Editor({ mission, isShown, isPast, agents, onPut, onClose }: Props & { readonly agents: readonly AgentSummary[] }) {
  const put = useAct('missions.plan', { stales: ['missions.get', 'missions.list'] })
  /** What was opened is what is changed: another plan that came meanwhile refuses it. */
  const [opened] = useState(mission)
  const names = namesOf(opened.look?.documents ?? [], opened.shardList)
  const [begun] = useState(() => {
    const drafts = draftsOf(opened.shardList, names)
    return drafts.length > 0 ? drafts : [newDraft([], agents[0])]
  })
  const [drafts, setDrafts] = useState(begun)
  const [chosen, setChosen] = useState(begun[0]?.key ?? '')
  const [faults, setFaults] = useState<readonly PlacedFault[]>([])
  const [isLeaving, setLeaving] = useState(false)
  const leaving = useBlocker({ shouldBlockFn: () => drafts !== begun, enableBeforeUnload: () => drafts !== begun, withResolver: true })
  const list = useRef<HTMLDivElement>(null)
  // What opened it has left the screen.
  useEffect(() => list.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus({ preventScroll: true }), [])
  const draft = drafts.find(({ key }) => key === chosen) ?? drafts[0]
  const isReady = drafts.length > 0 && drafts.every(({ tokens }) => readTokens(tokens) !== null) && !put.isPending && !isPast
  const together = drafts.reduce((sum, { tokens }) => sum + (readTokens(tokens) ?? 0), 0)
  const go = (key: string) => {
    setChosen(key)
    focusTitle()
  }
  const change = (key: string, what: Partial<ShardDraft>, fields: readonly string[]) => {
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...what } : one)))
    setFaults(faultsAfter(faults, key, fields))
  }
  const add = () => {
    const made = newDraft(drafts, agents[0])
    setDrafts([...drafts, made])
    go(made.key)
  }
  const remove = (key: string) => {
    const at = drafts.findIndex((one) => one.key === key)
    const left = withoutDraft(drafts, key)
    setDrafts(left)
    setFaults(faults.filter((fault) => fault.key !== key && fault.key !== null))
    go(left[Math.min(at, left.length - 1)]?.key ?? '')
  }
  const leave = () => (drafts === begun ? onClose() : setLeaving(true))
  const send = () => {
    if (!isReady) return
    const { plan } = opened
    const input = { missionId: opened.id, plan: planOf(drafts, agents, names), ...(plan === null ? {} : { commitment: plan.commitment }) }
    put.mutate(input, {
      onSuccess: ({ mission: taken, faults: found }) => (taken === null ? setFaults(placeFaults(found, drafts)) : onPut()),
    })
  }
  return (
    <form
      aria-label="Your plan"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return
        event.preventDefault()
        send()
      }}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
    >
      <div className="grid min-h-0 flex-1 grid-cols-[16rem_minmax(0,1fr)]">
        <div ref={list} className="flex min-h-0 flex-col border-r border-line">
          <VirtualList
            label="Shards of your plan"
            items={drafts}
            rowPx={sizes.rowPx}
            hasKeys={isShown}
            keyOf={({ key }) => key}
            render={(one) => <Row draft={one} hasFault={faults.some(({ key }) => key === one.key)} />}
            onOpen={({ key }) => go(key)}
            following={{ key: draft?.key ?? null, onMove: ({ key }) => setChosen(key) }}
          />
          <div className="border-t border-line p-2.5">
            <Button disabled={drafts.length >= planLimits.shardsMax} onClick={add}>
              Add a shard
            </Button>
          </div>
        </div>
        <section
          aria-label="The shard"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="min-h-0 overflow-auto px-6 py-5 -outline-offset-2!"
        >
          <p className="mb-4 max-w-180 text-ink-2">
            {opened.plan === null ? 'You write a plan.' : `You change plan ${opened.plan.revision}.`} Put forward, it is checked and waits
            here under your name. Nothing of it is carried out before it is approved.
          </p>
          <Faults faults={faults} onGo={go} />
          {draft === undefined ? (
            <p className="text-ink-2">The plan has no shard. Add one: a plan has at least one.</p>
          ) : (
            <ShardForm
              key={draft.key}
              draft={draft}
              others={drafts.filter(({ key }) => key !== draft.key)}
              {...{ agents, names, faults }}
              onChange={(what, fields) => change(draft.key, what, fields)}
              onRemove={() => remove(draft.key)}
            />
          )}
        </section>
      </div>
      <section aria-label="Put it forward" className="shrink-0 border-t border-line bg-surface px-6 py-3">
        {isPast && !put.isPending && (
          <p role="alert" className="mb-3 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
            <b className="font-semibold">The gate has moved on.</b> Somebody decided there, or put another plan forward, while you wrote.
            Yours can no longer be put forward: copy what you need of it, then cancel.
          </p>
        )}
        {put.error !== null && (
          <div className="mb-3">
            <FailureNotice failure={put.error.failure} />
          </div>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="main" size="medium" type="submit" disabled={!isReady}>
            {put.isPending ? 'Checking…' : 'Put this plan forward'} <Kbd keys="Ctrl Enter" />
          </Button>
          <Button size="medium" onClick={leave}>
            Cancel
          </Button>
          <p className={`ml-auto text-small tabular ${together > opened.tokensMax ? 'text-warn' : 'text-ink-2'}`}>
            {formatCount(together)} of {formatCount(opened.tokensMax)} tokens
          </p>
        </div>
      </section>
      <ConfirmDialog
        isOpen={isLeaving || leaving.status === 'blocked'}
        title="Leave your changes?"
        description="They were not put forward, and are kept nowhere else."
        act="Leave them"
        keep="Go on changing"
        doing={noDoing}
        onAct={() => (leaving.status === 'blocked' ? leaving.proceed() : onClose())}
        onClose={() => {
          leaving.reset?.()
          setLeaving(false)
        }}
      />
    </form>
  )
}

export function PlanEditor(props: Props) {
  const agents = useCall('agents.list', {})
  if (agents.data === undefined)
    return agents.isError ? (
      <FailurePanel failure={agents.error.failure} onRetry={() => void agents.refetch()} />
    ) : (
      <SkeletonRows label="Reading the agents" rows={6} />
    )
  // What can be checked again and joined: the core refuses any other.
  return <Editor {...props} agents={agents.data.items.filter(({ output }) => output === 'findings')} />
}

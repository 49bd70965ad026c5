/** The simulator: what the router would do with such a task, and why. Nothing is sent and nothing is recorded. */
import { useState } from 'react'
import { parseMarking } from '../../../main/domain/parse-marking.ts'
import type { RouteTask } from '../../../main/domain/route.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TextField } from '../../components/text-field.tsx'
import { formatCount, formatShare } from '../../format.ts'
import { refusalWords, routeTitles, tierTitles } from '../../route-words.ts'
import { Section } from '../settings/section.tsx'
import { Why } from './decisions.tsx'
import { useEndpointNames } from './use-endpoint-names.ts'

type Feature = keyof RouteTask['features']
const featureTitles: Readonly<Record<Feature, string>> = {
  complexity: 'How much has to be put together',
  novelty: 'How little the holdings know of it',
  risk: 'What it could do',
  scope: 'How many documents it spans',
}
const featureNames = Object.keys(featureTitles) as readonly Feature[]
const numberOr = (text: string, otherwise: number): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : otherwise)
const nobody = 'nobody'

function Range({ title, value, onChange }: { title: string; value: number; onChange: (value: number) => void }) {
  return (
    <label className="block">
      <span className="flex text-small">
        <span className="text-ink-2">{title}</span>
        <span className="ml-auto tabular">{formatShare(value)}</span>
      </span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        aria-valuetext={formatShare(value)}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-full accent-accent"
      />
    </label>
  )
}

function Decided({ task }: { task: RouteTask }) {
  const explained = useCall('route.explain', task)
  const nameOf = useEndpointNames()
  if (explained.isPending) return <Skeleton className="h-24 w-full" />
  if (explained.isError) return <FailureNotice failure={explained.error.failure} onRetry={() => void explained.refetch()} />
  const decision = explained.data
  return (
    <div role="status">
      <p className="flex items-center gap-2 text-read font-semibold">
        {routeTitles[decision.mode]}
        <Chip tone={decision.mode === 'local' ? 'plain' : 'warn'}>{tierTitles[decision.tier]}</Chip>
      </p>
      <div className="mt-1">
        <Why decision={{ ...decision, refused: [] }} />
      </div>
      {decision.model !== null && (
        <p className="mt-2 text-small">
          <span className="font-mono">{decision.model}</span> at {nameOf(decision.endpointId)}, at most{' '}
          {formatCount(decision.costMicrosMax / 1e6)}
        </p>
      )}
      {decision.refused.length > 0 && (
        <ul className="mt-3 space-y-1 text-small text-ink-2">
          {decision.refused.map(({ endpointId, tier, reason }) => (
            <li key={`${endpointId} ${tier}`}>
              {endpointId === null ? tierTitles[tier] : nameOf(endpointId)}: {refusalWords[reason]}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

export function WhatWouldHappen() {
  const [marked, setMarked] = useState('UNCLASSIFIED')
  const [features, setFeatures] = useState<RouteTask['features']>({ complexity: 0.5, novelty: 0.5, risk: 0.2, scope: 0.5 })
  const [promptTokens, setPromptTokens] = useState('4000')
  const [edgeTokens, setEdgeTokens] = useState('8192')
  const [failed, setFailed] = useState('0')
  const [requested, setRequested] = useState(nobody)
  const label = parseMarking(marked)
  return (
    <div className="mx-auto grid max-w-224 grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-start gap-x-6 px-7 py-7">
      <Section id="task" title="Such a task" detail="Nothing is sent, and nothing is recorded.">
        <div className="space-y-4 px-4.5 py-4">
          <TextField
            title="Its label"
            value={marked}
            onChange={setMarked}
            problem={label.ok ? undefined : 'Give a marking such as UNCLASSIFIED, CUI or SECRET//NOFORN.'}
            isCode
          />
          {featureNames.map((name) => (
            <Range
              key={name}
              title={featureTitles[name]}
              value={features[name]}
              onChange={(value) => setFeatures({ ...features, [name]: value })}
            />
          ))}
          <div className="grid grid-cols-3 gap-3">
            <TextField title="Tokens of it" value={promptTokens} onChange={setPromptTokens} />
            <TextField title="Window here" value={edgeTokens} onChange={setEdgeTokens} detail="Empty: no model" />
            <TextField title="Failed here" value={failed} onChange={setFailed} />
          </div>
          <div className="flex items-center gap-3">
            <span className="text-small font-medium text-ink-2">A person asked for</span>
            <ChoiceMenu
              label="A person asked for"
              value={requested}
              onChoose={setRequested}
              choices={[
                { value: nobody, title: 'no tier' },
                { value: 'edge', title: tierTitles.edge },
                { value: 'datacenter', title: tierTitles.datacenter },
                { value: 'frontier', title: tierTitles.frontier },
              ]}
            />
          </div>
        </div>
      </Section>
      <Section id="decision" title="What would happen">
        <div className="px-4.5 py-4">
          {label.ok ? (
            <Decided
              task={{
                ...{ label: label.value, features, promptTokens: numberOr(promptTokens, 0), completionTokens: 900 },
                edgeContextTokens: edgeTokens.trim() === '' ? null : numberOr(edgeTokens, 0),
                failedAttempts: numberOr(failed, 0),
                requested: requested === 'edge' || requested === 'datacenter' || requested === 'frontier' ? requested : null,
              }}
            />
          ) : (
            <p className="text-ink-2">Without a label, nothing is decided.</p>
          )}
        </div>
      </Section>
    </div>
  )
}

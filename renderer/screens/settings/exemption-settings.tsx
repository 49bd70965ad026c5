/** Guardrails: what holds, what a person lifted for an hour and why, and what nobody can lift. */
import { useState } from 'react'
import type { Exemption } from '../../../main/contract/exemptions.ts'
import { contextShares, exemptionLimits } from '../../../main/domain/exemption.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { useNow } from '../../components/use-now.ts'
import { SourceText } from '../../documents/source-text.tsx'
import { formatShare } from '../../format.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { Read, Section, Setting } from './section.tsx'

const limits = { shown: 5, everyMs: 15_000 } as const

function Lift({ onClose }: { onClose: () => void }) {
  const grant = useAct('exemptions.grant', { stales: ['exemptions.list'] })
  const [why, setWhy] = useState('')
  return (
    <ChangeDialog
      title="Lift the limit of the context for one hour"
      description={`For one hour a prompt may take ${formatShare(contextShares.lifted)} of a model’s window instead of ${formatShare(contextShares.usual)}. Answers over so much text are worse. Who lifted it, and why, is recorded.`}
      act="Lift it for one hour"
      note="It cannot be taken back; it ends by itself."
      canAct={why.trim() !== '' && !grant.isPending}
      failure={grant.error?.failure ?? null}
      onAct={() => grant.mutate({ guardrail: 'context_share', justification: why.trim() }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <label>
        <span className="mb-1.5 block font-medium">Why is it lifted?</span>
        <textarea
          value={why}
          rows={3}
          maxLength={exemptionLimits.justificationCharsMax}
          onChange={(event) => setWhy(event.target.value)}
          className="block w-full rounded-md border border-edge bg-surface px-3 py-2"
        />
      </label>
    </ChangeDialog>
  )
}

function Earlier({ exemption: { grantedAt, grantedBy, justification }, isNow }: { exemption: Exemption; isNow: boolean }) {
  return (
    <li className="border-b border-line px-4 py-2.5 last:border-0">
      <p className="flex items-baseline gap-2 text-small text-ink-2">
        <span>
          {isNow ? 'Lifted' : 'Was lifted'} by {grantedBy}
        </span>
        <span className="ml-auto">
          <TimeAgo atMs={grantedAt} />
        </span>
      </p>
      <p className="[overflow-wrap:anywhere]">
        {justification === null ? 'The reason was purged.' : <SourceText text={`“${justification}”`} />}
      </p>
    </li>
  )
}

export function ExemptionSettings() {
  const exemptions = useCall('exemptions.list', { limit: limits.shown })
  const now = useNow(limits.everyMs)
  const [isOpen, setOpen] = useState(false)
  return (
    <Section id="guardrails" title="Guardrails" detail="Limits that hold for every run.">
      <Read query={exemptions} label="Reading the guardrails" rows={2}>
        {({ items, total }) => {
          // The list was true when it was read; the hour ends by itself.
          const lifted = items.find(({ isInForce, expiresAt }) => isInForce && expiresAt > now) ?? null
          return (
            <>
              <Setting
                title="Share of a model’s window that a prompt may take"
                detail={`${formatShare(contextShares.usual)}, or ${formatShare(contextShares.lifted)} for the hour in which a person lifts it.`}
              >
                <span className="inline-flex flex-wrap items-center justify-end gap-x-3 gap-y-1.5">
                  {lifted === null ? (
                    <Chip tone="ok">holds</Chip>
                  ) : (
                    <span className="inline-flex items-center gap-2">
                      <Chip tone="warn">lifted</Chip>
                      <span className="text-small text-ink-2">
                        ends <TimeLeft atMs={lifted.expiresAt} over="now" />
                      </span>
                    </span>
                  )}
                  <Button onClick={() => setOpen(true)} disabled={lifted !== null}>
                    Lift for one hour…
                  </Button>
                </span>
              </Setting>
              <Setting title="Labels, connections out, approvals, signatures">nobody can lift these</Setting>
              {items.length > 0 && (
                <ul aria-label="When it was lifted">
                  {items.map((exemption) => (
                    <Earlier key={exemption.id} exemption={exemption} isNow={exemption === lifted} />
                  ))}
                </ul>
              )}
              {total > items.length && (
                <p className="border-t border-line px-4 py-2 text-small text-ink-2">
                  {total - items.length} earlier ones stand in the log.
                </p>
              )}
              {isOpen && <Lift onClose={() => setOpen(false)} />}
            </>
          )
        }}
      </Read>
    </Section>
  )
}

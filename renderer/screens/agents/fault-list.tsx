/** What speaks against an agent or a prompt, the heaviest first: where, why, and what to do. */
import type { AgentFault } from '../../../main/contract/prompts.ts'
import { Chip } from '../../components/chip.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { CodeWords } from './code-words.tsx'
import { remedyOf, severities, severityWords } from './fault-words.ts'

function Fault({ fault: { code, field, message } }: { fault: AgentFault }) {
  return (
    <li className="border-t border-line px-3.5 py-2.5 first:border-0">
      <p className="[overflow-wrap:anywhere]">
        <SourceText text={message} />
      </p>
      <p className="mt-0.5 text-ink-2">
        <CodeWords text={remedyOf(code)} />
      </p>
      <p className="mt-0.5 font-mono text-small text-ink-3 [overflow-wrap:anywhere]">
        {field} · {code}
      </p>
    </li>
  )
}

export function FaultList({ faults }: { faults: readonly AgentFault[] }) {
  const groups = severities.map((severity) => ({ severity, found: faults.filter((fault) => fault.severity === severity) }))
  return (
    <div className="space-y-3">
      {groups
        .filter(({ found }) => found.length > 0)
        .map(({ severity, found }) => (
          <section key={severity} aria-label={severityWords[severity].title} className="rounded-md border border-line bg-surface">
            <p className="flex items-center gap-2 border-b border-line px-3.5 py-2">
              <Chip tone={severityWords[severity].tone}>
                {severityWords[severity].title} {found.length}
              </Chip>
              <span className="text-small text-ink-2">{severityWords[severity].means}</span>
            </p>
            <ul>
              {found.map((fault) => (
                <Fault key={`${fault.code} ${fault.field} ${fault.message}`} fault={fault} />
              ))}
            </ul>
          </section>
        ))}
    </div>
  )
}

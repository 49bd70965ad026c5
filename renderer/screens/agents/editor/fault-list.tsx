/** Everything that speaks against the text, each with its line, and what to do about it. */
import { CircleCheck } from 'lucide-react'
import { Chip } from '../../../components/chip.tsx'
import { FailureNotice } from '../../../components/failure-notice.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { SourceText } from '../../../documents/source-text.tsx'
import { visibleString } from '../../../documents/visible-text.ts'
import { CodeWords } from '../code-words.tsx'
import { remedyOf, severityWords } from '../fault-words.ts'
import { type Fault, faultsIn } from './lint-faults.ts'
import type { Lint } from './use-lint.ts'

function Row({ fault, onGo }: { fault: Fault; onGo: (line: number) => void }) {
  const { code, severity, line, field, message } = fault
  const { title, tone } = severityWords[severity]
  return (
    <li className="border-b border-line px-5 py-3">
      <p className="flex flex-wrap items-center gap-2">
        <Chip tone={tone}>{title}</Chip>
        {line !== null && (
          <button
            type="button"
            onClick={() => onGo(line)}
            className="rounded-sm text-small text-accent underline decoration-line-strong underline-offset-2 hover:decoration-accent"
          >
            line {line}
          </button>
        )}
        {field !== '' && <span className="min-w-0 truncate font-mono text-small text-ink-2">{visibleString(field)}</span>}
      </p>
      <p className="mt-1 [overflow-wrap:anywhere]">
        <SourceText text={message} />
      </p>
      <p className="mt-0.5 text-small text-ink-2">
        <CodeWords text={remedyOf(code)} />
      </p>
    </li>
  )
}

export function FaultList({ lint: { check, failure }, onGo }: { lint: Lint; onGo: (line: number) => void }) {
  if (failure !== null)
    return (
      <div className="p-5">
        <FailureNotice failure={failure} />
      </div>
    )
  if (check === null) return <Skeleton className="m-5 h-12" />
  const faults = faultsIn(check)
  if (faults.length === 0)
    return (
      <p className="flex items-center gap-2 p-5">
        <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
        Nothing speaks against it.
      </p>
    )
  return (
    <ul aria-label="What speaks against it">
      {faults.map((fault) => (
        <Row key={`${fault.code} ${fault.line} ${fault.field} ${fault.message}`} fault={fault} onGo={onGo} />
      ))}
    </ul>
  )
}

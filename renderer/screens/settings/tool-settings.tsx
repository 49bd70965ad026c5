/** Tools that agents use, and whether one is not asked for a while because it kept failing. */
import type { CallOutput } from '../../../main/contract/calls.ts'
import { toolBreakerLimits } from '../../../main/domain/breaker.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { plural } from '../../format.ts'
import { Read, Section } from './section.tsx'

type Tool = CallOutput<'tools.list'>['items'][number]

const states: Readonly<Record<Tool['breaker'], { readonly words: string; readonly tone: Tone }>> = {
  closed: { words: 'serves', tone: 'ok' },
  open: { words: 'not asked', tone: 'bad' },
  half_open: { words: 'one try', tone: 'warn' },
}

function explain({ breaker, failuresInRow }: Tool): string | null {
  const failed = `${plural(failuresInRow, 'failure')} in a row`
  if (breaker === 'open') return `${failed}: no run uses it for a minute, then one call may try.`
  if (breaker === 'half_open') return `${failed}: the next call tries whether it works again.`
  return failuresInRow === 0 ? null : `${failed}; after ${toolBreakerLimits.failuresMax} it is not asked for a minute.`
}

function Row({ tool }: { tool: Tool }) {
  const { words, tone } = states[tool.breaker]
  const explained = explain(tool)
  return (
    <li className="flex items-center gap-6 border-b border-line px-4 py-2 last:border-0">
      <div className="min-w-0 flex-1">
        <p className="font-mono text-small">{tool.name}</p>
        <p className="text-small text-ink-2">{tool.summary}.</p>
        {explained !== null && <p className="text-small text-warn">{explained}</p>}
      </div>
      <Chip tone={tone}>{words}</Chip>
    </li>
  )
}

export function ToolSettings() {
  const tools = useCall('tools.list', {})
  return (
    <Section
      id="tools"
      title="Tools"
      detail={`One that fails ${toolBreakerLimits.failuresMax} times in a row is left alone for a minute.`}
      actions={
        <Button onClick={() => void tools.refetch()} disabled={tools.isFetching}>
          Look again
        </Button>
      }
    >
      <Read query={tools} label="Reading the tools" rows={4}>
        {({ items }) => (
          <ul>
            {items.map((tool) => (
              <Row key={tool.name} tool={tool} />
            ))}
          </ul>
        )}
      </Read>
    </Section>
  )
}

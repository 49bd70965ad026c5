/** A file that is not offered as an agent: why, where in it, and the way to an agent. */
import { Link } from '@tanstack/react-router'
import type { RefusedAgent } from '../../../main/contract/agents.ts'
import { AgentFileName, agentOfFile, isNarrowingFile } from '../../../main/domain/agent-file.ts'
import { buttonLook } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { CodeWords } from './code-words.tsx'
import { remedyOf } from './fault-words.ts'

function Place({ refused: { line, field } }: { refused: RefusedAgent }) {
  if (line === null && (field === null || field === '')) return 'The file as a whole.'
  return (
    <>
      {line !== null && `Line ${line}`}
      {line !== null && field !== null && field !== '' && ', '}
      {field !== null && field !== '' && (
        <>
          {line === null ? 'Field' : 'field'}{' '}
          <span className="font-mono text-small">
            <SourceText text={field} />
          </span>
        </>
      )}
    </>
  )
}

/** A name that a shell takes for one word, whoever chose it. */
const isPlainName = (file: string): boolean => /^[a-z0-9][a-z0-9._-]*$/i.test(file)

/** What does not work while the file is like that. */
function consequence({ file, code }: RefusedAgent): string {
  const agent = visibleString(agentOfFile(file))
  if (!isNarrowingFile(file)) return `There is no agent ${agent} until the file is mended. Every other agent is offered as before.`
  if (code === 'agent.override_of_nothing') return 'It narrows nothing. Every agent is offered as before.'
  return `The agent ${agent} is not offered at all until the file is mended or removed: nobody can say what should be taken away from it.`
}

export function RefusedDetail({ refused }: { refused: RefusedAgent }) {
  const { file, code, message, label } = refused
  useShowsLabel(label)
  const command = `holdfast agents check ${file}`
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-6 py-3">
        <h2 className="font-mono text-read font-semibold [overflow-wrap:anywhere]">
          <SourceText text={file} />
        </h2>
        <LabelChip label={label} />
        <span className="ml-auto text-small text-ink-2">not offered</span>
        {AgentFileName.safeParse(file).success && (
          <Link
            to="/agents/$agent/edit"
            params={{ agent: agentOfFile(file) }}
            search={isNarrowingFile(file) ? { part: 'narrowing' } : {}}
            className={buttonLook()}
          >
            Mend it…
          </Link>
        )}
      </header>
      <section
        aria-label={`Refused file: ${visibleString(file)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
      >
        <div className="max-w-160 space-y-4">
          <div className="rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
            <p className="font-medium [overflow-wrap:anywhere]">
              <SourceText text={message} />
            </p>
            <p className="mt-1">
              <CodeWords text={remedyOf(code)} />
            </p>
            <p className="mt-1 font-mono text-small text-ink-2">{code}</p>
          </div>
          <Facts>
            <Fact name="Where">
              <Place refused={refused} />
            </Fact>
            <Fact name="Meanwhile">{consequence(refused)}</Fact>
            <Fact name="Then">
              The file lies in <span className="font-mono text-small">agents</span> of the data folder. Mend it there and read the folder
              again, or mend it here.
            </Fact>
          </Facts>
          {!isNarrowingFile(file) && isPlainName(file) && (
            <div className="flex flex-wrap items-center gap-x-2 border-t border-line pt-3">
              <span className="text-ink-2">Everything that speaks against it:</span>
              <span className="font-mono text-small [overflow-wrap:anywhere]">{command}</span>
              <CopyButton text={() => command} />
            </div>
          )}
        </div>
      </section>
    </>
  )
}

/** A pack that was installed: who made it, and what it brought. */
import { Link } from '@tanstack/react-router'
import type { AgentPack } from '../../../main/contract/agents.ts'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'

export function PackDetail({ pack }: { pack: AgentPack }) {
  const { name, version, description, author, license, agents, workflows, label } = pack
  useShowsLabel(label)
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-6 py-3">
        <h2 className="text-read font-semibold [overflow-wrap:anywhere]">
          <SourceText text={name} />
        </h2>
        <span className="text-ink-2 tabular">{visibleString(version)}</span>
        <LabelChip label={label} />
      </header>
      <section
        aria-label={`Pack: ${visibleString(name)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
      >
        <div className="max-w-160">
          <p className="mb-4 text-read text-pretty [overflow-wrap:anywhere]">
            <SourceText text={description} />
          </p>
          <Facts>
            <Fact name="Author">
              <SourceText text={author} /> <span className="text-ink-2">as the pack says; nobody signed for it here.</span>
            </Fact>
            <Fact name="Licence">
              <SourceText text={license} />
            </Fact>
            <Fact name="Agents">
              {agents.length === 0
                ? 'None.'
                : agents.map((agent, at) => (
                    <span key={agent}>
                      {at > 0 && ', '}
                      <Link
                        to="/agents/$agent"
                        params={{ agent }}
                        className="font-mono text-small text-accent underline underline-offset-2"
                      >
                        {agent}
                      </Link>
                    </span>
                  ))}
            </Fact>
            <Fact name="Workflows">{workflows.length === 0 ? 'None.' : workflows.map(visibleString).join(', ')}</Fact>
          </Facts>
          <p className="mt-4 text-ink-2">
            Its label is that of its agents: runs of them are at least as high. A later version takes its place; what a person put in use of
            its words stays in use.
          </p>
        </div>
      </section>
    </>
  )
}

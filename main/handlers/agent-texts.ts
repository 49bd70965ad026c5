/** Files about agents as texts: read by whoever may see the agent, written and taken away by whoever may install packs. */
import type { AgentText } from '../contract/agent-files.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { agentOfFile } from '../domain/agent-file.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { withinLabel } from '../domain/task-label.ts'
import type { AgentText as HeldText } from './agent-desk.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('agent.unknown', 'There is no such file of an agent.', 'List the agents to see what there is.')
const marked = fail('agent.marked', 'The text bears marks above the label of this agent.', 'Leave the marked part out.')

type Names = 'agents.text' | 'agents.save' | 'agents.remove'

export const agentTextHandlers = (services: Services): Pick<Handlers, Names> => {
  const { agents, agentFiles } = services
  const labelOf = (file: string) => agents.labelOf(agentOfFile(file))
  /** What is above what a person may see is not there for them. */
  const isSeen = (file: string, { account }: Caller): boolean => services.sightOf(account)?.permits(labelOf(file)) !== false
  const toText = (held: Result<HeldText>): Result<AgentText> => (held.ok ? ok({ ...held.value, label: labelOf(held.value.file) }) : held)

  return {
    'agents.text': ({ file }, caller) => (isSeen(file, caller) ? toText(agentFiles.text(file)) : unknown),
    'agents.save': ({ file, text, expected }, caller) => {
      if (!isSeen(file, caller)) return unknown
      if (!withinLabel(labelOf(file), [text]).ok) return marked
      const saved = toText(agentFiles.save(file, text, expected))
      if (saved.ok) services.drift.acceptAgents(operator(caller), file)
      return saved
    },
    'agents.remove': ({ file, expected }, caller) => {
      if (!isSeen(file, caller)) return unknown
      const removed = agentFiles.remove(file, expected)
      if (!removed.ok) return removed
      services.drift.acceptAgents(operator(caller), file)
      return ok({ file })
    },
  }
}

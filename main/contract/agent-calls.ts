/** Calls about agents: what is offered, what a text would be as one, and packs of them. */
import * as z from 'zod'
import { AgentName } from '../domain/agent.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { agentFileCalls, agentTextCharsMax } from './agent-files.ts'
import { AgentCheck, AgentDetail, AgentList, AgentPack } from './agents.ts'
import { call } from './define.ts'

const nothing = z.strictObject({})
/** A file of this machine, or one that was sent to it. */
export const fileSource = z.union([z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ uploadId: idOf('upl') })])

export const agentCalls = {
  ...agentFileCalls,
  'agents.list': call('Agents that can be started, and files that are refused as such', nothing, AgentList),
  'agents.reload': call('Read the agents of the site again', nothing, AgentList),
  'agents.get': call('One agent with its runbook, and what speaks against it', z.strictObject({ agent: AgentName }), AgentDetail),
  'agents.check': call(
    'Say everything that speaks against an agent, as a text; nothing is kept',
    z.strictObject({ file: z.string().min(1).max(100), definition: z.string().max(agentTextCharsMax) }),
    AgentCheck,
  ),
  'agents.packs': call('Packs of agents that were installed', nothing, z.strictObject({ items: z.array(AgentPack) })),
  'agents.install': call(
    'Install a pack of agents, once all of it was checked',
    z.strictObject({
      source: fileSource,
      /** Of the words that it brings; absent = as high as anything that this account may see. */
      label: Label.optional(),
    }),
    AgentPack,
  ),
} as const

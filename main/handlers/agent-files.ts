/** The agents that are offered here, texts that might be agents, and packs of them. */
import { rm } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { AgentList, AgentPack, AgentSummary } from '../contract/agents.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { namedPrompt, promptUses } from '../domain/agent.ts'
import { agentOfFile } from '../domain/agent-file.ts'
import { defaultBudget, mergeBudget } from '../domain/budget.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import { taskLabel } from '../domain/task-label.ts'
import type { InstalledPack, Shelf, ShelvedAgent } from './agent-desk.ts'
import { operator, type Services } from './services.ts'
import { uploadPath } from './uploads.ts'

const unknown = fail('agent.unknown', 'There is no such agent.', 'List the agents to see what there is.')
const notAbsolute = fail('pack.bad_path', 'A path must be absolute.', 'Give the whole path.')
const incomplete = fail('upload.incomplete', 'The file has not been sent completely.', 'Send the rest of it first.')

const toAgent = ({ definition, origin, isNarrowed }: ShelvedAgent, label: Label): AgentSummary => {
  const { name, title, responsibility, summary, level, output, input, tools: allowed, budget, stepsMax } = definition
  return {
    ...{ name, title, responsibility, summary, level, output, origin, isNarrowed, tools: [...allowed], stepsMax, label },
    input: input.map(({ default: _default, ...field }) => field),
    budget: mergeBudget(defaultBudget, budget),
  }
}
const toPack = ({ agents, workflows, ...about }: InstalledPack & { readonly label: Label }): AgentPack => ({
  ...about,
  agents: [...agents],
  workflows: [...workflows],
})

type Names = 'agents.list' | 'agents.reload' | 'agents.get' | 'agents.check' | 'agents.packs' | 'agents.install'

export const agentFileHandlers = (services: Services): Pick<Handlers, Names> => {
  const { agents, packs, uploads, ceiling } = services

  /** What is above what a person may see is not there for them. */
  const permits = (label: Label, { account }: Caller): boolean => services.sightOf(account)?.permits(label) !== false
  const toList = (shelf: Shelf, caller: Caller): AgentList => ({
    items: shelf.agents.flatMap((agent) => {
      const label = agents.labelOf(agent.definition.name)
      return permits(label, caller) ? [toAgent(agent, label)] : []
    }),
    refused: shelf.refused.flatMap((refused) => {
      const label = agents.labelOf(agentOfFile(refused.file))
      return permits(label, caller) ? [{ ...refused, label }] : []
    }),
  })

  async function install(path: string, chosen: Parameters<typeof taskLabel>[0]['chosen'], caller: Caller) {
    const clearance = services.sightOf(caller.account)?.clearance ?? ceiling()
    const label = taskLabel({ chosen, clearance, floor: null, texts: [] })
    if (!label.ok) return label
    const installed = await packs.install(path, operator(caller), label.value)
    if (!installed.ok) return installed
    services.drift.acceptAgents(operator(caller))
    // A later version does not lower the label of its pack.
    const kept = packs.installed().find(({ name }) => name === installed.value.name)
    return ok(toPack(kept ?? { ...installed.value, label: label.value }))
  }

  return {
    'agents.list': (_input, caller) => ok(toList(agents.now(), caller)),
    'agents.reload': (_input, caller) => {
      const shelf = agents.reload()
      services.drift.acceptAgents(operator(caller))
      return ok(toList(shelf, caller))
    },
    'agents.get': ({ agent }, caller) => {
      const found = agents.find(agent)
      const label = agents.labelOf(agent)
      if (found === null || !permits(label, caller)) return unknown
      const { offers, writes, prompts, runbook, name, allowedDataSources, deniedDataSources } = found.definition
      const named = promptUses.flatMap((use) => {
        const reference = prompts[use]
        if (reference === undefined) return []
        const { agent: owner, name: prompt } = namedPrompt(name, reference)
        return [{ use, agent: owner, prompt }]
      })
      return ok({
        ...{ ...toAgent(found, label), offers: [...offers], writes: [...writes], prompts: named, runbook, faults: [...found.faults] },
        ...{ allowedDataSources: [...allowedDataSources], deniedDataSources: [...deniedDataSources] },
      })
    },
    'agents.check': ({ file, definition: text }, caller) => {
      const { definition, refused, faults } = agents.check(file, text, !permits(agents.labelOf(agentOfFile(file)), caller))
      const isOffered = refused === null && faults.every(({ severity }) => severity !== 'blocks')
      return ok({ name: definition?.name ?? null, isOffered, refused, faults: [...faults] })
    },
    'agents.packs': (_input, caller) =>
      ok({ items: packs.installed().flatMap((pack) => (permits(pack.label, caller) ? [toPack(pack)] : [])) }),
    'agents.install': async ({ source, label = null }, caller) => {
      if ('path' in source) return isAbsolute(source.path) ? install(source.path, label, caller) : notAbsolute
      const upload = uploads.get(source.uploadId)
      if (upload === null || upload.received !== upload.size) return incomplete
      const path = uploadPath(services, upload.id)
      const installed = await install(path, label, caller)
      await rm(path, { force: true })
      uploads.remove(upload.id)
      return installed
    },
  }
}

/** Prompts: lists, versions, what changed between them, and which is in use. A version above what a person may see is not there for them. */
import type { PromptDetail, PromptSummary } from '../contract/prompts.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { promptLengthFaults } from '../domain/agent-check.ts'
import { labelOfProduct } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { taskLabel } from '../domain/task-label.ts'
import type { PromptVersion } from '../store/prompts.ts'
import { difference } from '../tools/difference.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('prompt.unknown', 'There is no such prompt, or no such version of it.', 'List the prompts to see what there is.')
const reserved = fail('prompt.reserved_label', 'This label says what the product brought last.', 'Use another label.')
const purged = fail('prompt.purged', 'The text of this version has been purged.', 'Publish it again.')

type Names = 'prompts.list' | 'prompts.get' | 'prompts.diff' | 'prompts.publish' | 'prompts.label'

export const promptHandlers = (services: Services): Pick<Handlers, Names> => {
  const { prompts, ceiling } = services
  const isSeen = ({ label }: PromptVersion, { account }: Caller): boolean => services.sightOf(account)?.permits(label) !== false
  const find = (agent: string, name: string, which: number | string, caller: Caller): PromptVersion | null => {
    const version = prompts.find(agent, name, which)
    return version !== null && isSeen(version, caller) ? version : null
  }
  const toVersion = (version: PromptVersion) => {
    const { version: number, origin, at, by, label } = version
    return { version: number, origin, at, by, label, ...prompts.counted(version) }
  }
  const seenOf = (agent: string, name: string, caller: Caller) => prompts.versions(agent, name).filter((one) => isSeen(one, caller))
  /** Where each label points now: one that points at what is not seen is not there, wherever it pointed before. */
  const labelsOf = (agent: string, name: string, seen: readonly PromptVersion[]) => {
    const newest = new Map<string, number>()
    for (const { label, version } of prompts.moves(agent, name)) if (!newest.has(label)) newest.set(label, version)
    return [...newest]
      .filter(([, version]) => seen.some((one) => one.version === version))
      .map(([label, version]) => ({ name: label, version }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async function detail(version: PromptVersion, caller: Caller): Promise<Result<PromptDetail>> {
    const { agent, name } = version
    const counted = await prompts.count(version)
    const seen = seenOf(agent, name, caller)
    return ok({
      ...{ ...toVersion(version), ...counted, agent, prompt: name, text: prompts.text(version) },
      pointedAt: labelsOf(agent, name, seen).flatMap((one) => (one.version === version.version ? [one.name] : [])),
      versions: seen.map(toVersion),
      moves: prompts
        .moves(agent, name)
        .filter((move) => seen.some((one) => one.version === move.version))
        .map(({ label, ...move }) => ({ name: label, ...move })),
      faults: [...promptLengthFaults('text', counted)],
    })
  }

  return {
    'prompts.list': ({ agent: wanted }, caller) => {
      const items = prompts.names().flatMap(({ agent, name }): PromptSummary[] => {
        const versions = seenOf(agent, name, caller)
        const newest = versions.at(-1)
        if (newest === undefined || (wanted !== undefined && wanted !== agent)) return []
        return [{ agent, prompt: name, versions: versions.length, labels: labelsOf(agent, name, versions), newest: toVersion(newest) }]
      })
      return ok({ items })
    },
    'prompts.get': async ({ agent, prompt, version: which }, caller) => {
      const version = find(agent, prompt, which, caller)
      return version === null ? unknown : detail(version, caller)
    },
    'prompts.diff': ({ agent, prompt, from, to }, caller) => {
      const [before, after] = [find(agent, prompt, from, caller), find(agent, prompt, to, caller)]
      if (before === null || after === null) return unknown
      const [was, is] = [prompts.text(before), prompts.text(after)]
      if (was === null || is === null) return purged
      return ok({ agent, prompt, from: before.version, to: after.version, diff: difference(`${agent}/${prompt}`, was, is) })
    },
    'prompts.publish': async ({ agent, prompt: name, text, as, label: chosen = null }, caller) => {
      if (as === labelOfProduct) return reserved
      const clearance = services.sightOf(caller.account)?.clearance ?? ceiling()
      const label = taskLabel({ chosen, clearance, floor: null, texts: [text] })
      if (!label.ok) return label
      const [made] = prompts.publish(operator(caller), [{ agent, name, text, label: label.value, origin: 'site', as }])
      return made === undefined ? unknown : detail(made, caller)
    },
    'prompts.label': async ({ agent, prompt, version: which, as }, caller) => {
      if (as === labelOfProduct) return reserved
      const version = find(agent, prompt, which, caller)
      if (version === null) return unknown
      prompts.label(operator(caller), version, as)
      return detail(version, caller)
    },
  }
}

/**
 * The prompts of this station. What the product brings is put in at each start: a new text is a new version, and none is ever changed.
 * It comes into use by itself only where what is in use is the product's as well: what a person chose stays.
 */
import type { Actor } from '../domain/actor.ts'
import { type AgentDefinition, type InstalledAgent, namedPrompt, promptUses } from '../domain/agent.ts'
import type { CountedPrompt } from '../domain/agent-check.ts'
import { joinAll, type Label, sameLabel, unclassified } from '../domain/label.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import { labelInUse, labelOfProduct, type Pins, type PromptOrigin } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { tokensAbout } from '../domain/token-estimate.ts'
import { delegateTool } from '../domain/tool.ts'
import type { Prompts, PromptVersion } from '../store/prompts.ts'
import type { AnyTool } from '../tools/tool.ts'
import type { PromptDesk } from './prompt-desk.ts'
import type { Services } from './services.ts'

const product: Actor = { issuer: 'scheduler', account: 'holdfast' }

const unknown = fail('prompt.unknown', 'There is no such prompt, or no such version of it.', 'List the prompts to see what there is.')
const purged = fail('run.prompt_purged', 'The words that led this run have been purged.', 'Start a new run.')

export interface RegistryParts extends Pick<Services, 'bodies' | 'station' | 'newId' | 'clock' | 'models' | 'inference'> {
  readonly prompts: Prompts
  readonly findTool: (name: string) => AnyTool | null
  /** All agents that are offered, or those that work under this label may know of. */
  readonly agents: (within?: Label) => readonly AgentDefinition[]
  /** Of an agent itself, beside its words. */
  readonly labelOf: (agent: string) => Label
}

export interface PromptRegistry extends PromptDesk {
  /** Puts in what the product brings; twice is once. */
  seed(agents: readonly InstalledAgent[]): void
  /** How long the version in use is; null where there is none. Counted where a model has counted it. */
  countInUse(agent: string, name: string): CountedPrompt | null
  /** The text of a prompt as a run uses it: what it pinned, or what is in use where it pinned nothing. */
  promptOf(definition: AgentDefinition, run: ExistingRun, use: (typeof promptUses)[number]): Result<string | null>
}

const summary = ({ name, summary: text }: { readonly name: string; readonly summary: string }) => ({ name, summary: text })
const givesTasks = ({ output, offers }: AgentDefinition): boolean => output === 'plan' || offers.includes(delegateTool)
const plannedWith = (agents: readonly AgentDefinition[]) => {
  const known = new Set(plannable(agents).map(({ name }) => name))
  return agents.filter(({ name }) => known.has(name)).map(summary)
}

export function createPromptRegistry(parts: RegistryParts): PromptRegistry {
  const { prompts, bodies, station, newId, clock, models, inference, findTool } = parts

  /** Under another label the same words are another version: what is known of one is not for all who may see the other. */
  const sameText = (agent: string, name: string, text: string, label: Label, origins: readonly PromptOrigin[]): PromptVersion | undefined =>
    prompts
      .versions(agent, name)
      .findLast((one) => origins.includes(one.origin) && sameLabel(one.label, label) && bodies.read(one.body.body) === text)

  /** Inside a transaction: a new version, or the one that has this very text under this label already. */
  function add(
    about: { readonly agent: string; readonly name: string; readonly text: string; readonly label: Label; readonly origin: PromptOrigin },
    actor: Actor,
    record: Parameters<Parameters<Services['station']['commit']>[1]>[0],
  ): PromptVersion {
    const { agent, name, text, label, origin } = about
    const known = sameText(agent, name, text, label, origin === 'product' ? ['product'] : ['site', 'pack', 'product'])
    if (known !== undefined) return known
    const version = (prompts.versions(agent, name).at(-1)?.version ?? 0) + 1
    const made = { id: newId('prm'), agent, name, version, origin, body: bodies.put(text, label), label, at: clock(), by: actor.account }
    prompts.add(made)
    record({ type: 'prompt.published', promptId: made.id, version, origin, text: made.body, atMs: made.at }, label)
    return made
  }

  function move({ id, agent, name, version, label }: PromptVersion, to: string, actor: Actor, record: Parameters<typeof add>[2]): void {
    if (prompts.labelled(agent, name, to)?.version === version) return
    prompts.move(agent, name, { label: to, version, at: clock(), by: actor.account })
    record({ type: 'prompt.labelled', promptId: id, label: to, atMs: clock() }, label)
  }

  const publish: PromptDesk['publish'] = (actor, items) =>
    station.commit(actor, (record) =>
      items.map(({ as, ...about }) => {
        const isFirst = prompts.labelled(about.agent, about.name, labelInUse) === null
        const made = add(about, actor, record)
        for (const label of isFirst ? [labelInUse, as] : [as]) move(made, label, actor, record)
        return made
      }),
    )

  const find: PromptDesk['find'] = (agent, name, which) =>
    typeof which === 'number' ? prompts.version(agent, name, which) : prompts.labelled(agent, name, which)

  const digestOfActive = (): { readonly modelId: string; readonly digest: string } | null => {
    const modelId = models.active('chat')?.id
    const digest = modelId === undefined ? undefined : models.record(modelId)?.manifest.sha256.value
    return modelId === undefined || digest === undefined ? null : { modelId, digest }
  }
  const estimate = ({ body }: PromptVersion): CountedPrompt => ({ tokens: tokensAbout(bodies.read(body.body) ?? ''), isEstimated: true })
  const counted = (version: PromptVersion): CountedPrompt => {
    const active = digestOfActive()
    const tokens = active === null ? null : prompts.tokens(version.id, active.digest)
    return tokens === null ? estimate(version) : { tokens, isEstimated: false }
  }

  const pinsOf = (name: string): Result<Pins> => {
    const definition = parts.agents().find((one) => one.name === name)
    if (definition === undefined) return ok({ prompts: [], definition: null, label: unclassified })
    const found: { readonly use: (typeof promptUses)[number]; readonly version: PromptVersion }[] = []
    for (const use of promptUses) {
      const reference = definition.prompts[use]
      if (reference === undefined) continue
      const named = namedPrompt(definition.name, reference)
      const version = prompts.labelled(named.agent, named.name, labelInUse)
      if (version === null) return unknown
      found.push({ use, version })
    }
    const label = joinAll([parts.labelOf(name), ...found.map(({ version }) => version.label)])
    return ok({
      prompts: found.map(({ use, version: { agent, name: own, version, body } }) => ({ use, agent, name: own, version, body })),
      definition: JSON.stringify({
        definition,
        offers: definition.offers.flatMap((one) => findTool(one) ?? []).map(summary),
        agents: givesTasks(definition) ? plannedWith(parts.agents(label)) : [],
      }),
      label,
    })
  }

  return {
    names: prompts.names,
    versions: prompts.versions,
    moves: prompts.moves,
    find,
    publish,
    pinsOf,
    counted,
    text: ({ body }) => bodies.read(body.body),
    label: (actor, version, to) => station.commit(actor, (record) => move(version, to, actor, record)),
    count: async (version) => {
      const active = digestOfActive()
      const text = active === null || prompts.tokens(version.id, active.digest) !== null ? null : bodies.read(version.body.body)
      if (active !== null && text !== null) {
        const reply = await inference.countTokens(active.modelId, [{ role: 'system', text }])
        // A model that cannot count leaves the estimate.
        if (reply.ok) prompts.keepTokens(version.id, active.digest, reply.value.tokens)
      }
      return counted(version)
    },
    countInUse: (agent, name) => {
      const version = prompts.labelled(agent, name, labelInUse)
      return version === null ? null : counted(version)
    },
    promptOf: (definition, run, use) => {
      const reference = definition.prompts[use]
      if (reference === undefined) return ok(null)
      const named = namedPrompt(definition.name, reference)
      const body = run.prompts.find((pin) => pin.use === use)?.body ?? prompts.labelled(named.agent, named.name, labelInUse)?.body
      if (body === undefined) return unknown
      const text = bodies.read(body.body)
      return text === null ? purged : ok(text)
    },
    seed: seedAll,
  }

  function seedAll(agents: readonly InstalledAgent[]): void {
    const wanted = agents.flatMap(({ definition, prompts: texts }) =>
      Object.entries(texts).map(([name, text]) => ({
        agent: definition.name,
        name,
        text,
        label: unclassified,
        origin: 'product' as const,
      })),
    )
    const isThere = ({ agent, name, text }: (typeof wanted)[number]): boolean => {
      const version = prompts.labelled(agent, name, labelOfProduct)
      return version !== null && bodies.read(version.body.body) === text
    }
    const missing = wanted.filter((one) => !isThere(one))
    if (missing.length === 0) return
    station.commit(product, (record) => {
      for (const about of missing) {
        const inUse = prompts.labelled(about.agent, about.name, labelInUse)
        const made = add(about, product, record)
        move(made, labelOfProduct, product, record)
        if (inUse === null || inUse.origin === 'product') move(made, labelInUse, product, record)
      }
    })
  }
}

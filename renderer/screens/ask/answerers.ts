/** Who can answer a question: a model of this machine, none, or another machine that an administrator has configured. */
import type { StationStatus } from '../../../main/contract/station.ts'
import { useCall } from '../../api.tsx'
import type { Choice } from '../../components/choice-menu.tsx'
import type { Question } from './composer.tsx'

export const activeModel = 'active'
export const noModel = 'none'
const tierTitles = { datacenter: 'Datacenter', frontier: 'Frontier' } as const
const isTier = (value: string): value is keyof typeof tierTitles => value === 'datacenter' || value === 'frontier'

/** The other machines that an administrator has configured; the router still decides, and a person sees what would be sent. */
function useTierChoices(status: StationStatus): readonly Choice[] {
  const tiers = useCall('tiers.list', {}, { enabled: status.tiersConfigured > 0 })
  return (tiers.data?.tiers ?? []).flatMap(({ tier, endpoints }): Choice[] => {
    const names = endpoints.flatMap(({ endpoint }) => (endpoint.isEnabled ? [endpoint.name] : []))
    return names.length === 0 ? [] : [{ value: tier, title: tierTitles[tier], detail: `${names.join(', ')}. Where the policy lets it go.` }]
  })
}

export function useAnswererChoices(status: StationStatus): readonly Choice[] {
  const models = useCall('models.list', {})
  const outside = useTierChoices(status)
  const chat = (models.data?.items ?? []).filter((model) => model.role === 'chat' && model.state === 'verified')
  const others = chat.filter((model) => model.id !== status.serving.modelId)
  const none = { value: noModel, title: 'No model: quotes only', detail: 'Sentences of your documents, word for word.' }
  const routed = { value: activeModel, title: 'Where the router says', detail: 'Quotes only, where it stays on this machine.' }
  if (status.serving.modelId === null) return outside.length === 0 ? [none] : [routed, none, ...outside]
  return [
    {
      value: activeModel,
      title: status.serving.modelName ?? 'Active model',
      detail: `Serves now, on ${status.serving.device ?? 'this machine'}.`,
    },
    ...others.map((model) => ({ value: model.id, title: model.name, detail: 'Is loaded for this question.' })),
    none,
    ...outside,
  ]
}

/** Who answers, as the call says it. */
export function answering(chosen: string): Pick<Question, 'modelId' | 'tier'> {
  if (chosen === activeModel) return {}
  if (isTier(chosen)) return { tier: chosen }
  return { modelId: chosen === noModel ? null : chosen }
}

/** What the endpoints are called; one that was forgotten has no name any more. */
import { useCall } from '../../api.tsx'

export function useEndpointNames(): (id: string | null) => string {
  const tiers = useCall('tiers.list', {}).data?.tiers ?? []
  const known = tiers.flatMap(({ endpoints }) => endpoints.map(({ endpoint }) => endpoint))
  return (id) => known.find((endpoint) => endpoint.id === id)?.name ?? 'an endpoint'
}

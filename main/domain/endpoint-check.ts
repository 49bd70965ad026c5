/** Whether an endpoint may be configured as it is described. The rules are looked at again with every decision. Pure; certificates are judged elsewhere. */
import type { EndpointDraft } from './endpoint.ts'
import { addressKey, isLoopback, isOneMachine } from './ip-address.ts'
import { permits } from './label.ts'
import { fail, ok, type Result } from './result.ts'
import { isListed, type RoutePolicy } from './route-decide.ts'

const isMapped = (host: string): boolean => host.includes(':') && (addressKey(host)?.startsWith('0:0:0:0:0:ffff:') ?? true)

/** The draft itself, or why an endpoint like this is not taken. `policy` null = it cannot be read. */
export function checkEndpoint(draft: EndpointDraft, policy: RoutePolicy | null): Result<null> {
  const { tier, host, isTls, certificateAuthority, clientCertificate, models, clearance } = draft
  if (!isOneMachine(host) || isMapped(host))
    return fail('tier.bad_address', 'This is not the address of one machine.', 'Give its IPv4 or IPv6 address as it is reached.')
  if (!isTls && !isLoopback(host))
    return fail('tier.plain_http', 'Another machine is reached over TLS only.', 'Turn TLS on, with the certificate of its authority.')
  if (isTls && certificateAuthority === null)
    return fail(
      'tier.no_authority',
      'With TLS the one authority to believe must be named.',
      'Give the certificate of the authority as PEM.',
    )
  if (!isTls && (certificateAuthority !== null || clientCertificate !== null))
    return fail('tier.not_tls', 'Certificates are of no use without TLS.', 'Turn TLS on, or leave the certificates out.')
  if (new Set(models.map(({ name }) => name)).size !== models.length)
    return fail('tier.same_model', 'Two models have the same name.', 'Name each model once.')
  if (policy === null || policy.isTightened)
    return fail('policy.tightened', 'The policy on this machine is broken, so nothing leaves it.', 'Load a sound policy first.')
  const rule = policy.tiers[tier]
  if (!rule.isAllowed) return fail('policy.tier_forbidden', `The policy allows no ${tier} tier.`, 'Load a policy that does.')
  if (!isListed(draft, policy.egress))
    return policy.egress === null
      ? fail(
          'tier.not_internal',
          'A datacenter endpoint lies inside of the site, and this address does not.',
          'Use the frontier tier for it.',
        )
      : fail('policy.destination_not_listed', 'The policy does not list this address and port.', 'Load a policy that lists it.')
  if (rule.clearance === null || !permits(rule.clearance, clearance))
    return fail('policy.above_tier_clearance', 'This endpoint would be given more than its tier may have.', 'Lower what it may be given.')
  return ok(null)
}

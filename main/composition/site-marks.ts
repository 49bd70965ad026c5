/** What the policy in force takes out of requests is looked for in documents as well: a site says there what must not be handed on. */
import type { PolicyInForce } from '../domain/policy.ts'
import type { SensitiveSpan } from '../domain/sensitive-text.ts'
import { createFindAll } from '../policy/patterns.ts'

export function createSiteMarks(policy: () => PolicyInForce): (text: string) => readonly SensitiveSpan[] {
  const findAll = createFindAll()
  return (text) =>
    policy().sanitise.flatMap((rule) =>
      rule.kind === 'pattern'
        ? (findAll(rule.pattern, text) ?? []).map((span) => ({ ...span, what: `what the site calls ${rule.name}` }))
        : [],
    )
}

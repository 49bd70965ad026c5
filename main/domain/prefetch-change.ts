/** What two definitions call before anything is chosen, given the same fields, and how the lists differ. Tools by their names. Pure. */
import * as z from 'zod'
import { type AgentDefinition, type AgentInput, callsFor, fill } from './agent.ts'
import { canonicalJson } from './canonical-json.ts'

const names = z.array(z.string())

export const PrefetchChange = z.strictObject({
  isSame: z.boolean(),
  added: names,
  left: names,
  /** Called by both, with other arguments. */
  changed: names,
})
export type PrefetchChange = z.infer<typeof PrefetchChange>

export function prefetchChange(
  before: Pick<AgentDefinition, 'prefetch'>,
  now: Pick<AgentDefinition, 'prefetch'>,
  fields: AgentInput['fields'],
): PrefetchChange {
  const callsOf = ({ prefetch }: Pick<AgentDefinition, 'prefetch'>) =>
    callsFor(prefetch, fields).map(({ tool, arguments: template }) => ({
      tool,
      whole: canonicalJson([tool, fill(template, fields, null)]),
    }))
  const [had, has] = [callsOf(before), callsOf(now)]
  const only = (those: typeof had, these: typeof had) =>
    those.flatMap(({ tool, whole }) => (these.some((other) => other.whole === whole) ? [] : [tool]))
  const [added, left] = [only(has, had), only(had, has)]
  return {
    isSame: added.length + left.length === 0,
    added: added.filter((tool) => !left.includes(tool)),
    left: left.filter((tool) => !added.includes(tool)),
    changed: [...new Set(added.filter((tool) => left.includes(tool)))],
  }
}

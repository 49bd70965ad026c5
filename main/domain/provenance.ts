/**
 * Where the arguments of a call come from. What a person typed and what the agent's definition says is trusted; whatever a model chose,
 * and whatever was taken from documents, results or answers, is tainted until it equals a trusted value to the letter. Pure.
 */
import type { AgentDefinition, Template } from './agent.ts'
import { canonicalJson } from './canonical-json.ts'

/** Trusted values, each in its one form. */
export type TrustedValues = ReadonlySet<string>

const isPlaceholder = (value: Template[string]): boolean => typeof value === 'string' && value.startsWith('$')

/** What a run of this agent may take for trusted: the fields it was given, and the constants of its definition. */
export function trustedValues(
  { prefetch, playbook, deliver }: Pick<AgentDefinition, 'prefetch' | 'playbook' | 'deliver'>,
  fields: Readonly<Record<string, string>>,
): TrustedValues {
  const fixed = [...prefetch, ...playbook, ...(deliver === undefined ? [] : [deliver])]
  const constants = fixed.flatMap(({ arguments: template }) => Object.values(template))
  return new Set([...Object.values(fields), ...constants.filter((value) => !isPlaceholder(value))].map(canonicalJson))
}

/**
 * The names of the tainted arguments, in their order. `parsed` is what would be done; what stands there and was not `given` is a default
 * of the tool.
 */
export const taintedArguments = (
  parsed: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
  trusted: TrustedValues,
): readonly string[] => Object.keys(parsed).filter((name) => Object.hasOwn(given, name) && !trusted.has(canonicalJson(parsed[name])))

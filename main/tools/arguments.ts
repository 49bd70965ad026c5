/** Arguments of a call: parsed strictly, and in the one form that a person approves and that is hashed. */
import type * as z from 'zod'
import { canonicalJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { AnyTool } from './tool.ts'

const limits = { faultsMax: 4, faultCharsMax: 200 } as const

const describe = ({ path, message }: z.core.$ZodIssue): string =>
  `${path.length === 0 ? 'arguments' : path.map(String).join('.')}: ${message}`.slice(0, limits.faultCharsMax)

const bad = (toolName: string, faults: readonly string[]) =>
  fail('tool.bad_arguments', `${toolName} was not called: ${faults.join('; ')}.`, 'Call it again with arguments that follow its schema.')

/** The parsed input, or `tool.bad_arguments` with what is wrong and where. The value is of the tool's own input type. */
export function parseArguments(tool: AnyTool, raw: unknown): Result<never> {
  try {
    const parsed = tool.input.safeParse(raw)
    // The schema's output is the tool's input: that is what `Tool` says, and what `AnyTool` cannot name.
    if (parsed.success) return ok(parsed.data as never)
    return bad(tool.name, parsed.error.issues.slice(0, limits.faultsMax).map(describe))
  } catch {
    // Nested so deeply that the parser ran out of stack.
    return bad(tool.name, ['arguments: are nested too deeply'])
  }
}

/** Canonical JSON of the parsed input, with its defaults filled in. */
export function canonicalArguments(tool: AnyTool, raw: unknown): Result<string> {
  const input = parseArguments(tool, raw)
  return input.ok ? ok(canonicalJson(input.value)) : input
}

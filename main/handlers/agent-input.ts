/** What a run of an agent is given: every field that its definition names, within its bounds, and no other. What is missing is found before a run is there. */
import type { AgentDefinition, AgentInput } from '../domain/agent.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { namedDocuments } from './named-documents.ts'
import type { Services } from './services.ts'

const badInput = (what: string) =>
  fail('agent.bad_input', `The agent was not started: ${what}.`, 'Give it what its list of fields asks for.')

export interface PreparedInput {
  readonly fields: AgentInput['fields']
  readonly title: string
  /** Labels of the documents that are named: their names are data of theirs. */
  readonly labels: readonly Label[]
}

type Parts = Pick<Services, 'documents' | 'sightOf'>

function findDocument(parts: Parts, account: string, given: string) {
  const [only, ...others] = namedDocuments(parts, account, given)
  if (only === undefined) return badInput('no document has this id or file name')
  return others.length > 0 ? badInput('several documents have this file name; give the id of one') : ok(only)
}

export function prepareInput(
  parts: Parts,
  definition: Pick<AgentDefinition, 'input' | 'titleFrom' | 'title'>,
  given: Readonly<Record<string, unknown>>,
  account: string,
): Result<PreparedInput> {
  const known = new Set(definition.input.map(({ name }) => name))
  const extra = Object.keys(given).find((name) => !known.has(name))
  if (extra !== undefined) return badInput(`it has no field ${JSON.stringify(extra.slice(0, 40))}`)
  const fields: Record<string, string> = {}
  const shown: Record<string, string> = {}
  const labels: Label[] = []
  for (const { name, kind, isRequired, charsMax, default: standard } of definition.input) {
    const value = given[name] ?? standard
    const isText = typeof value === 'string' && value.trim() !== ''
    if (isText && value.length <= charsMax) {
      fields[name] = value.trim()
      if (kind === 'text') continue
      const row = findDocument(parts, account, value.trim())
      if (!row.ok) return row
      fields[name] = row.value.publicId
      shown[name] = row.value.file
      labels.push(row.value.label)
    } else if (isText || (value !== null && value !== undefined && value !== '' && typeof value !== 'string'))
      return badInput(`${name} must be text of at most ${charsMax} characters`)
    else if (isRequired) return badInput(`${name} is missing`)
  }
  const title = shown[definition.titleFrom] ?? fields[definition.titleFrom] ?? definition.title
  return ok({ fields, title, labels })
}

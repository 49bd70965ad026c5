/** What a context bundle is made from, as the fold of a run's events tells it: its texts by name, what was given, and what was decided. Pure. */
import { readJson } from './canonical-json.ts'
import type { BundleSource } from './context-bundle.ts'
import type { ExistingRun, Step } from './run/state.ts'
import { tokensAtMost } from './token-estimate.ts'

export interface Section {
  readonly id: string
  readonly body: string
}

/** In the order in which they came about; what another run did is among them. */
export function sectionsOf(run: ExistingRun): readonly Section[] {
  const ofStep = ({ ordinal, input, output, feedback }: Step): readonly Section[] => [
    { id: `step-${ordinal}.input`, body: input.body },
    ...(output === null ? [] : [{ id: `step-${ordinal}.output`, body: output.body }]),
    ...(feedback === null ? [] : [{ id: `step-${ordinal}.feedback`, body: feedback.body }]),
  ]
  return [
    { id: 'input', body: run.input.body },
    ...run.steps.flatMap(ofStep),
    ...(run.status === 'complete' ? [{ id: 'result', body: run.result.body }] : []),
  ]
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What a run was given: each field by its name, and fields of `fields` by theirs. What is no object is one parameter. */
export function parametersIn(input: string): BundleSource['parameters'] {
  const json = readJson(input)
  const section = 'input'
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return new Map([['input', { text: input, section }]])
  const given = Object.entries(json).flatMap(([key, value]): ReadonlyArray<readonly [string, unknown]> => {
    const isFields = key === 'fields' && typeof value === 'object' && value !== null && !Array.isArray(value)
    return isFields ? Object.entries(value).map(([name, one]) => [`fields.${name}`, one] as const) : [[key, value]]
  })
  return new Map(given.map(([key, value]) => [key.slice(0, 120), { text: asText(value), section }]))
}

export interface Decided {
  readonly key: string
  readonly choice: string
  readonly by: 'person' | 'nobody'
  /** What was said with it. */
  readonly why: string
  readonly section: string | null
}

const allowed = 'A person allowed exactly this call.'

/** What persons decided on calls, or nobody did in time; in its order. */
export function decisionsOf(run: Pick<ExistingRun, 'steps'>, read: (section: string) => string): readonly Decided[] {
  return run.steps.flatMap((step): readonly Decided[] => {
    const { ordinal, name, phase } = step
    const key = `step-${ordinal}`
    const told = (section: string) => ({ why: read(section), section })
    const words = step.feedback === null ? { why: 'No reason was given.', section: null } : told(`${key}.feedback`)
    if (phase === 'rejected') return [{ key, choice: `rejected ${name}`, by: 'person', ...words }]
    if (phase === 'revised') return [{ key, choice: `sent back ${name}`, by: 'person', ...words }]
    if (phase === 'expired') return [{ key, choice: `${name} was not made`, by: 'nobody', why: 'Nobody decided in time.', section: null }]
    if (step.risk === 'human' && step.output !== null) return [{ key, choice: `answered ${name}`, by: 'person', ...told(`${key}.output`) }]
    return step.isApproved ? [{ key, choice: `approved ${name}`, by: 'person', why: allowed, section: null }] : []
  })
}

/** The source with its texts; a text that was purged is missing. */
export function bundleSource(run: ExistingRun, read: (body: string) => string | null) {
  const sections = new Map(
    sectionsOf(run).flatMap(({ id, body }) => {
      const text = read(body)
      return text === null ? [] : [[id, text] as const]
    }),
  )
  const textOf = (id: string): string => sections.get(id) ?? ''
  const decided = decisionsOf(run, textOf)
  return {
    sections,
    parameters: parametersIn(textOf('input')),
    decided,
    decisions: new Map(decided.map(({ key, why, section }) => [key, { text: why, section }])),
    tokens: tokensAtMost([...sections.values()]),
  }
}

/** Reads Prometheus' text format by its own grammar, strictly: what is not of it throws. Written from the format's description. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Sample[]
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? ([^ ]+)(?: (-?\\d+))?$`)
const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/
const suffixes: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] }

function number(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  if (text === 'NaN') return Number.NaN
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new Error(`no number: ${text}`)
  return Number(text)
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  for (let rest = text; rest !== ''; ) {
    const found = pair.exec(rest)
    if (found === null) throw new Error(`no labels: ${rest}`)
    const [whole, key = '', value = ''] = found
    if (key in labels) throw new Error(`twice: ${key}`)
    labels[key] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    rest = rest.slice(whole.length)
  }
  return labels
}

/** Checks besides the form: one head for each family before its samples, no sample twice, and histograms that add up. */
export function parsePrometheus(text: string): readonly Family[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line is not ended')
  const families: Array<{ name: string; help: string; type: string; samples: Sample[] }> = []
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const head = new RegExp(`^# (HELP|TYPE) (${name}) (.*)$`).exec(line)
    if (head !== null) {
      const [, kind, family = '', said = ''] = head
      const last = families.at(-1)
      if (kind === 'HELP') {
        if (families.some((one) => one.name === family)) throw new Error(`two heads: ${family}`)
        families.push({ name: family, help: said, type: '', samples: [] })
      } else if (
        last?.name !== family ||
        last.samples.length > 0 ||
        !['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(said)
      )
        throw new Error(`a type out of place: ${line}`)
      else last.type = said
      continue
    }
    if (line.startsWith('#')) continue
    const found = sampleLine.exec(line)
    const family = families.at(-1)
    if (found === null || family === undefined) throw new Error(`no sample: ${line}`)
    const [, sample = '', labels = '', value = ''] = found
    if (!(suffixes[family.type] ?? ['']).some((end) => sample === `${family.name}${end}`)) throw new Error(`${sample} in ${family.name}`)
    const key = `${sample}{${labels}}`
    if (seen.has(key)) throw new Error(`twice: ${key}`)
    seen.add(key)
    family.samples.push({ name: sample, labels: labelsIn(labels), value: number(value) })
  }
  for (const family of families) if (family.type === 'histogram') checkHistogram(family)
  return families
}

function checkHistogram({ name: family, samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...rest } }) => JSON.stringify(Object.entries(rest).sort()))
  for (const group of groups.values()) {
    const buckets = group.filter(({ name: sample }) => sample === `${family}_bucket`)
    const counts = buckets.map(({ value }) => value)
    const total = group.find(({ name: sample }) => sample === `${family}_count`)?.value
    const isOrdered = counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0))
    if (!isOrdered || buckets.at(-1)?.labels.le !== '+Inf' || counts.at(-1) !== total) throw new Error(`a histogram that does not add up`)
  }
}

/** The value of one sample, or null. */
export const sampleOf = (families: readonly Family[], sample: string, labels: Readonly<Record<string, string>>): number | null =>
  families
    .flatMap(({ samples }) => samples)
    .find((one) => one.name === sample && Object.entries(labels).every(([key, value]) => one.labels[key] === value))?.value ?? null

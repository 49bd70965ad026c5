/** JSON with sorted keys and no white space (RFC 8785 for the values we use: finite numbers, strings, booleans, null, arrays, plain objects). What is hashed is always this form. */

/** Throws on anything that JSON cannot hold; a key whose value is undefined is left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    // Written out: every event passes here twice.
    const record = value as Readonly<Record<string, unknown>>
    let text = ''
    for (const key of Object.keys(record).sort()) {
      const item = record[key]
      if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`
    }
    return `{${text}}`
  }
  throw new Error(`canonical JSON has no ${typeof value} like this`)
}

/** What a text of another's making holds; undefined when it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Turns a JSON schema of our own into a grammar that llama.cpp follows token by token. Output is compact JSON with the keys in the
 * schema's order, so that nothing but content costs tokens. It refuses any keyword that it would not enforce.
 */
import { readIdPattern } from '../domain/ids.ts'
import { fail, ok, type Result } from '../domain/result.ts'

export const grammarLimits = {
  /** llama.cpp expands a repetition into rules, and refuses more than 2,000. */
  stringCharsMax: 1_900,
  itemsMax: 256,
  depthMax: 16,
  rulesMax: 512,
  /** Characters of all rules and of all strings that they count: each is work before the first token. */
  sizeMax: 60_000,
  /** Where a schema gives no bounds, numbers are from 0 to this. */
  integerMax: 100_000,
  /** Bounds lie within this, on both sides of zero. */
  boundMax: 999_999_999_999,
  optionalMax: 32,
} as const

interface Schema {
  readonly [key: string]: unknown
}

class Unsupported extends Error {}

const allowed: Readonly<Record<string, readonly string[]>> = {
  object: ['type', 'properties', 'required', 'additionalProperties'],
  array: ['type', 'items', 'minItems', 'maxItems'],
  string: ['type', 'minLength', 'maxLength', 'pattern'],
  integer: ['type', 'minimum', 'maximum'],
  number: ['type', 'minimum', 'maximum'],
  boolean: ['type'],
  null: ['type'],
  'json-object': ['type'],
  text: ['type'],
}
const ignored = new Set(['$schema', 'title', 'description'])

/** Escaped characters count as one, as they do in the text that is parsed back. */
const base = [
  String.raw`char ::= [^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F])`,
  'boolean ::= "true" | "false"',
  'null ::= "null"',
]

const literal = (value: unknown): string => JSON.stringify(JSON.stringify(value))

/** Any object, and text that does not begin as one: not of JSON schema, but what the grammar is asked for beside it. */
const shared: Readonly<Record<string, readonly string[]>> = {
  'json-object': [
    'json-object ::= "{" (json-member ("," json-member)*)? "}"',
    String.raw`json-member ::= "\"" char* "\"" ":" json-value`,
    String.raw`json-value ::= json-object | "[" (json-value ("," json-value)*)? "]" | "\"" char* "\"" | json-number | boolean | null`,
    'json-number ::= "-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,6})?',
  ],
  text: [String.raw`text ::= ([^{\x00-\x20] [^\x00]*)?`],
}
const fraction = '("." [0-9]{1,6})?'

function whole(value: unknown, fallback: number, keyword: string): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Unsupported(keyword)
  return value
}

/** Integers of `low` to `high`, both at least 0 and of any number of digits, as alternatives without leading zeros. */
function integers(low: number, high: number): string {
  const parts: string[] = []
  for (let from = low; from <= high; ) {
    // The longest run from here of the form: fixed digits, one digit range, then free digits.
    let free = 0
    while (from % 10 ** (free + 1) === 0 && from > 0 && from + 10 ** (free + 1) - 1 <= high) free++
    const step = 10 ** free
    const digit = Math.floor(from / step) % 10
    let last = digit
    while (last < 9 && from + (last - digit + 2) * step - 1 <= high) last++
    const prefix = Math.floor(from / step / 10)
    parts.push(`${prefix > 0 ? `"${prefix}" ` : ''}[${digit}-${last}]${' [0-9]'.repeat(free)}`)
    from += (last - digit + 1) * step
  }
  return parts.join(' | ')
}

/** Numbers of both signs between two whole ones. */
function signed(low: number, high: number, unsigned: (low: number, high: number) => string): string {
  const above = high >= 0 ? [unsigned(Math.max(low, 0), high)] : []
  const below = low < 0 ? [`"-" (${unsigned(Math.max(-high, unsigned === integers ? 1 : 0), -low)})`] : []
  return [...above, ...below].join(' | ')
}
const decimals = (low: number, high: number): string =>
  low === high ? integers(high, high) : `(${integers(low, high - 1)}) ${fraction} | ${integers(high, high)}`

/** Ids alone have a pattern. */
function idRule(pattern: unknown): string {
  const form = readIdPattern(pattern)
  if (form === null) throw new Unsupported('pattern')
  const { kind, signs, count, digits } = form
  const quote = String.raw`"\""`
  const number = digits === null ? '' : ` "." [0-9]{1,${digits}}`
  return `${quote} "${kind}" [${signs}]{${count}}${number} ${quote}`
}

interface Field {
  readonly isRequired: boolean
  readonly rule: string
}

/** Required fields in their order, then optional ones in theirs, each there or not. */
function members(fields: readonly Field[]): string {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ rule }) => rule)
  const optional = fields.filter(({ isRequired }) => !isRequired).map(({ rule }) => rule)
  if (optional.length > grammarLimits.optionalMax) throw new Unsupported('too many optional properties')
  const after = (rules: readonly string[]) => rules.map((rule) => ` ("," ${rule})?`).join('')
  if (required.length > 0) return required.join(' "," ') + after(optional)
  if (optional.length === 0) return ''
  return `(${optional.map((rule, index) => rule + after(optional.slice(index + 1))).join(' | ')})?`
}

function write(schema: Schema, rules: Map<string, string>, depth: number): string {
  if (depth > grammarLimits.depthMax) throw new Unsupported('nested too deeply')
  const named = (body: string): string => {
    for (const [name, known] of rules) if (known === body) return name
    if (rules.size >= grammarLimits.rulesMax) throw new Unsupported('too many rules')
    const name = `r${rules.size}`
    rules.set(name, body)
    return name
  }
  const refuseOthers = (keys: readonly string[]) => {
    const other = Object.keys(schema).find((key) => !keys.includes(key) && !ignored.has(key))
    if (other !== undefined) throw new Unsupported(other)
  }
  if ('const' in schema || 'enum' in schema) {
    refuseOthers(['const', 'enum', 'type'])
    const values = Array.isArray(schema.enum) ? schema.enum : [schema.const]
    return named(values.map(literal).join(' | '))
  }
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) {
    refuseOthers(['anyOf', 'oneOf'])
    return named(alternatives.map((option: Schema) => write(option, rules, depth + 1)).join(' | '))
  }
  const type = String(schema.type)
  refuseOthers(allowed[type] ?? [])
  switch (type) {
    case 'object': {
      const properties = Object.entries((schema.properties ?? {}) as Schema)
      const required = new Set(Array.isArray(schema.required) ? schema.required : [])
      if (schema.additionalProperties !== false) throw new Unsupported('additional properties')
      const fields = properties.map(([key, value]): Field => {
        const isRequired = required.has(key)
        const field = `${literal(key)} ":" ${write(value as Schema, rules, depth + 1)}`
        return { isRequired, rule: isRequired ? field : named(field) }
      })
      return named(`"{" ${members(fields)} "}"`)
    }
    case 'array': {
      const least = whole(schema.minItems, 0, 'minItems')
      const most = whole(schema.maxItems, grammarLimits.itemsMax, 'maxItems')
      if (most < 1 || most > grammarLimits.itemsMax || least > most) throw new Unsupported('maxItems')
      const item = write(schema.items as Schema, rules, depth + 1)
      const list = `${item} ("," ${item}){${Math.max(0, least - 1)},${most - 1}}`
      return named(least === 0 ? `"[" (${list})? "]"` : `"[" ${list} "]"`)
    }
    case 'string': {
      if (schema.pattern !== undefined) {
        refuseOthers(['type', 'pattern'])
        return named(idRule(schema.pattern))
      }
      const least = whole(schema.minLength, 0, 'minLength')
      const most = whole(schema.maxLength, grammarLimits.stringCharsMax, 'maxLength')
      if (most > grammarLimits.stringCharsMax || least > most) throw new Unsupported('maxLength')
      return named(String.raw`"\"" char{${least},${most}} "\""`)
    }
    case 'integer':
    case 'number': {
      const low = whole(schema.minimum, 0, 'minimum')
      const high = whole(schema.maximum, grammarLimits.integerMax, 'maximum')
      if (low < -grammarLimits.boundMax || high < low || high > grammarLimits.boundMax) throw new Unsupported('minimum or maximum')
      return named(signed(low, high, type === 'integer' ? integers : decimals))
    }
    case 'json-object':
    case 'text':
      // The rule gives away its name, and the name is all that is needed.
      rules.set(type, type)
      return type
    case 'boolean':
    case 'null':
      return type
    default:
      throw new Unsupported('type')
  }
}

const sizeOf = (bodies: readonly string[]): number =>
  bodies.reduce((sum, body) => sum + body.length + Number(/char\{\d+,(\d+)\}/.exec(body)?.[1] ?? 0), 0)

/** The grammar of a schema, or a failure that names the keyword that cannot be enforced. */
export function grammarOf(schema: unknown): Result<string> {
  const rules = new Map<string, string>()
  try {
    const root = write(schema as Schema, rules, 0)
    if (sizeOf([...rules.values()]) > grammarLimits.sizeMax) throw new Unsupported('its size')
    const written = [...rules].flatMap(([name, body]) => shared[name] ?? [`${name} ::= ${body}`])
    // Text may begin with the space that many models put before their first word.
    return ok([`root ::= ${rules.has('text') ? '" "? ' : ''}${root}`, ...written, ...base].join('\n'))
  } catch (error) {
    const what = error instanceof Unsupported ? error.message : 'its shape'
    return fail('model.schema', `The answer's schema cannot be enforced: ${what}.`, 'Use only what the grammar of answers supports.')
  }
}

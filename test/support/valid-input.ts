/** The least input that a call's own schema takes: so that a test of the door reaches what stands behind the parsing, for every call there is. */
import * as z from 'zod'
import { type CallName, calls } from '../../main/contract/calls.ts'

const Schema = z.looseObject({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  prefixItems: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  minimum: z.number().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
})

const texts = [
  `${'0'.repeat(26)}`,
  'A',
  'a',
  '0'.repeat(64),
  '0'.repeat(16),
  '/v1',
  '',
  'AAAA',
  '127.0.0.1',
  '2026-01-01T00:00:00Z',
  'a.yaml',
]

function textFor({ pattern, format }: z.infer<typeof Schema>): string {
  const kind = /^\^([a-z]+)_/.exec(pattern ?? '')?.[1]
  const id = `${kind}_${'0'.repeat(26)}`
  const fits = [id, `${id}.0`, `${id}.1`, ...texts].find((text) => pattern === undefined || new RegExp(pattern).test(text))
  if (fits === undefined) throw new Error(`no text for ${pattern ?? format}`)
  return pattern === undefined ? 'a' : fits
}

function sampleOf(raw: unknown): unknown {
  const schema = Schema.parse(raw)
  if ('const' in schema) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return sampleOf(options[0])
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]))
    case 'array':
      return schema.prefixItems?.map(sampleOf) ?? Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items))
    case 'string':
      return textFor(schema)
    case 'integer':
    case 'number':
      return Math.max(0, schema.minimum ?? 0)
    case 'boolean':
      return false
    default:
      return null
  }
}

/** Throws when the schema does not take what was made for it. */
export function validInput(name: CallName): unknown {
  const input = sampleOf(z.toJSONSchema(calls[name].input, { io: 'input', unrepresentable: 'any' }))
  calls[name].input.parse(input)
  return input
}

/** What a model could write under a schema of our own, made by chance. */
import fc, { type Arbitrary } from 'fast-check'

interface Schema {
  readonly [key: string]: unknown
}

/** Values that the grammar lets a model write. */
export function values(schema: Schema): Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(values))
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties as Record<string, Schema>).map(([key, value]) => [key, values(value)])),
      )
    case 'array':
      return fc.array(values(schema.items as Schema), {
        minLength: Number(schema.minItems),
        maxLength: Math.min(3, Number(schema.maxItems)),
      })
    case 'string':
      if (typeof schema.pattern === 'string') return fc.stringMatching(new RegExp(schema.pattern))
      return fc.string({
        minLength: Math.max(1, Number(schema.minLength ?? 0)),
        maxLength: Math.min(50, Number(schema.maxLength)),
        unit: fc.constantFrom('a', 'b', '7'),
      })
    case 'integer':
      return fc.integer({ min: Number(schema.minimum), max: Number(schema.maximum) })
    case 'null':
      return fc.constant(null)
    default:
      return fc.boolean()
  }
}

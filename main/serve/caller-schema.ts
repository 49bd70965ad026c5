/**
 * A JSON schema that a caller brings, as one that the grammar of answers can enforce: narrower, never wider, so that what is written
 * under it passes the caller's own. What cannot be kept is refused by name; nothing of a schema is ever ignored that would change
 * what it means.
 */
import { readIdPattern } from '../domain/ids.ts'
import type { Limits } from './limits.ts'
import { bad, type Checked, good } from './refusals.ts'

type Schema = { readonly [key: string]: unknown }
class Unsupported extends Error {}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** They describe, and bind nobody. */
const annotations = ['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']
const keywords: Readonly<Record<string, readonly string[]>> = {
  object: ['type', 'properties', 'required', 'additionalProperties'],
  array: ['type', 'items', 'minItems', 'maxItems'],
  string: ['type', 'minLength', 'maxLength', 'pattern'],
  integer: ['type', 'minimum', 'maximum'],
  number: ['type', 'minimum', 'maximum'],
  boolean: ['type'],
  null: ['type'],
}
/** What the grammar counts up to. */
const stringCharsMax = 1_900
const propertyName = /^[\w .$-]+$/

const only = (schema: Schema, allowed: readonly string[]) => {
  const other = Object.keys(schema).find((key) => !allowed.includes(key) && !annotations.includes(key))
  if (other !== undefined) throw new Unsupported(/^[\w$-]{1,40}$/.test(other) ? other : 'a keyword')
}

/** A bound as it was given, or where none was. */
function bound(schema: Schema, keyword: string, otherwise: number): number {
  const value = schema[keyword]
  if (value === undefined) return otherwise
  if (typeof value !== 'number') throw new Unsupported(keyword)
  return value
}
const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

function narrowing(limits: Limits, root: Schema): (schema: unknown) => Schema {
  let nodes = 0
  const definitions = { '#/$defs/': root.$defs, '#/definitions/': root.definitions }

  /** A schema of the root's own definitions. The depth ends what refers to itself. */
  const referred = (ref: unknown): unknown => {
    for (const [prefix, found] of Object.entries(definitions)) {
      if (typeof ref !== 'string' || !ref.startsWith(prefix) || !isSchema(found)) continue
      const name = ref.slice(prefix.length)
      if (Object.hasOwn(found, name)) return found[name]
    }
    throw new Unsupported('$ref')
  }

  const literals = (values: readonly unknown[]): Schema => {
    if (values.length === 0 || values.length > limits.enumMax) throw new Unsupported('enum')
    for (const value of values) {
      const isPlain = value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
      if (!isPlain && (typeof value !== 'string' || value.length > limits.enumCharsMax)) throw new Unsupported('enum')
    }
    return { enum: values }
  }

  const object = (schema: Schema, depth: number): Schema => {
    const { properties = {}, required = [], additionalProperties } = schema
    if (!isSchema(properties)) throw new Unsupported('properties')
    if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean') throw new Unsupported('additionalProperties')
    if (!Array.isArray(required) || required.some((name) => typeof name !== 'string' || !Object.hasOwn(properties, name)))
      throw new Unsupported('required')
    const fields = Object.entries(properties).map(([name, value]): readonly [string, Schema] => {
      if (name.length > limits.schemaNameCharsMax || !propertyName.test(name)) throw new Unsupported('properties')
      return [name, narrow(value, depth + 1)]
    })
    return { type: 'object', properties: Object.fromEntries(fields), required, additionalProperties: false }
  }

  const typed = (schema: Schema, type: unknown, depth: number): Schema => {
    const allowed = typeof type === 'string' && Object.hasOwn(keywords, type) ? keywords[type] : undefined
    const beside = depth === 0 ? ['$defs', 'definitions'] : []
    only(schema, [...(allowed ?? Object.values(keywords).flat()), ...beside])
    if (allowed === undefined) throw new Unsupported('type')
    switch (type) {
      case 'object':
        return object(schema, depth)
      case 'array': {
        if (schema.items === undefined) throw new Unsupported('items')
        const least = bound(schema, 'minItems', 0)
        const most = Math.min(bound(schema, 'maxItems', limits.itemsMax), limits.itemsMax)
        // The grammar has no empty list of its own.
        if (most < 1) throw new Unsupported('maxItems')
        if (least > most) throw new Unsupported('minItems')
        return { type, items: narrow(schema.items, depth + 1), minItems: Math.max(0, least), maxItems: most }
      }
      case 'string': {
        // Ids of our own are the one pattern that the grammar holds.
        if (schema.pattern !== undefined && readIdPattern(schema.pattern) === null) throw new Unsupported('pattern')
        if (schema.pattern !== undefined) return { type, pattern: schema.pattern }
        const least = bound(schema, 'minLength', 0)
        const most = Math.min(bound(schema, 'maxLength', stringCharsMax), stringCharsMax)
        if (least > most) throw new Unsupported('minLength')
        return { type, minLength: Math.max(0, least), maxLength: most }
      }
      case 'integer':
      case 'number': {
        const low = Math.ceil(within(bound(schema, 'minimum', -limits.integerMax), -limits.integerMax, limits.integerMax))
        const high = Math.floor(within(bound(schema, 'maximum', limits.integerMax), -limits.integerMax, limits.integerMax))
        if (low > high || low < bound(schema, 'minimum', low) || high > bound(schema, 'maximum', high)) throw new Unsupported('minimum')
        return { type, minimum: low, maximum: high }
      }
      default:
        return { type }
    }
  }

  const narrow = (schema: unknown, depth: number): Schema => {
    nodes += 1
    if (nodes > limits.schemaNodesMax) throw new Unsupported('its size')
    if (depth > limits.schemaDepthMax) throw new Unsupported('its depth')
    if (!isSchema(schema)) throw new Unsupported('its shape')
    const beside = depth === 0 ? ['$defs', 'definitions'] : []
    if ('$ref' in schema) {
      only(schema, ['$ref', ...beside])
      return narrow(referred(schema.$ref), depth + 1)
    }
    if ('const' in schema) {
      only(schema, ['const', 'type', ...beside])
      return checkedType(literals([schema.const]), schema.type)
    }
    if ('enum' in schema) {
      only(schema, ['enum', 'type', ...beside])
      return checkedType(literals(Array.isArray(schema.enum) ? schema.enum : []), schema.type)
    }
    if ('anyOf' in schema) {
      only(schema, ['anyOf', ...beside])
      const options: readonly unknown[] = Array.isArray(schema.anyOf) ? schema.anyOf : []
      if (options.length === 0) throw new Unsupported('anyOf')
      return { anyOf: options.map((option) => narrow(option, depth + 1)) }
    }
    if (Array.isArray(schema.type)) {
      if (schema.type.length === 0) throw new Unsupported('type')
      // Each type takes the keywords that are its own; one that belongs to none of them is refused.
      only(schema, [...schema.type.flatMap((type) => keywords[String(type)] ?? []), ...beside])
      return {
        anyOf: schema.type.map((type: unknown) => {
          nodes += 1
          const own = Object.entries(schema).filter(([key]) => keywords[String(type)]?.includes(key))
          return typed(Object.fromEntries(own), type, depth + 1)
        }),
      }
    }
    return typed(schema, schema.type, depth)
  }
  return (schema) => narrow(schema, 0)
}

const typeOf = (value: unknown): readonly string[] => {
  if (value === null) return ['null']
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number']
  return [typeof value]
}

/** Keeps the listed values that are of the type that stands beside them. */
function checkedType(schema: Schema, type: unknown): Schema {
  if (type === undefined) return schema
  const types: readonly unknown[] = Array.isArray(type) ? type : [type]
  const values = (schema.enum as readonly unknown[]).filter((value) => typeOf(value).some((name) => types.includes(name)))
  if (values.length === 0) throw new Unsupported('enum')
  return { enum: values }
}

/** `param` names the field that the schema stands in. */
export function narrowSchema(schema: unknown, param: string, limits: Limits): Checked<Schema> {
  try {
    if (!isSchema(schema)) throw new Unsupported('its shape')
    return good(narrowing(limits, schema)(schema))
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error
    return bad('invalid_schema', `The schema cannot be enforced: ${error.message} is not supported, or is beyond a limit.`, param)
  }
}

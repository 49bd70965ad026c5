/** The words of CycloneDX 1.6 that a list of parts here uses, and no other, each as its schema has it. */
import * as z from 'zod'

const Hash = z.union([
  z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[a-f0-9]{128}$/) }),
  z.strictObject({ alg: z.literal('SHA-256'), content: z.string().regex(/^[a-f0-9]{64}$/) }),
])
const Licences = z
  .array(z.union([z.strictObject({ license: z.strictObject({ id: z.string() }) }), z.strictObject({ expression: z.string() })]))
  .length(1)
const Ref = z.string().min(1)
const Component = z.strictObject({
  type: z.enum(['library', 'platform', 'application']),
  'bom-ref': Ref,
  name: z.string().min(1),
  version: z.string().min(1).optional(),
  description: z.string().min(1).optional(),
  hashes: z.array(Hash).min(1).optional(),
  licenses: Licences.optional(),
  purl: z
    .string()
    .regex(/^pkg:(npm|cargo|github)\/[\w.%/+-]+@[\w.%+-]+$/)
    .optional(),
  properties: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  get components() {
    return z.array(Component).min(1).optional()
  },
})
export const CycloneDx = z.strictObject({
  $schema: z.literal('http://cyclonedx.org/schema/bom-1.6.schema.json'),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  version: z.literal(1),
  metadata: z.strictObject({ component: Component }),
  components: z.array(Component),
  dependencies: z.array(z.strictObject({ ref: Ref, dependsOn: z.array(Ref) })),
})

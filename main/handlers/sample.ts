/** The sample case: a fictional set of documents with questions, shipped with the product and imported like any other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Handlers } from '../dispatch.ts'
import { startImport } from './imports.ts'
import type { Services } from './services.ts'

const folder = join(import.meta.dirname, '..', 'sample-case')

const SampleCase = z.strictObject({
  name: z.string(),
  introduction: z.string(),
  documents: z.array(z.string().regex(/^[a-z0-9.-]+$/)),
  questions: z.array(z.strictObject({ text: z.string(), isAnswerable: z.boolean() })),
})
export type SampleCase = z.infer<typeof SampleCase>

export const readSampleCase = (): SampleCase => SampleCase.parse(parse(readFileSync(join(folder, 'sample-case.yaml'), 'utf8')))

export const sampleHandlers = (services: Services): Pick<Handlers, 'sample.load'> => ({
  'sample.load': (_input, caller) => {
    const { name, documents } = readSampleCase()
    const sources = documents.map((file) => ({ path: join(folder, 'documents', file) }))
    return startImport(services, { sources, collection: name, level: 'unclassified' }, caller)
  },
})

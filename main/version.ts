/** The version of this product, from its package file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const file = join(import.meta.dirname, '..', 'package.json')

export const productVersion: string = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version

/** SHA-256 of what is in memory, in hex. */
import { createHash } from 'node:crypto'
import type { Sha256 } from '../domain/digest.ts'

export const sha256: Sha256 = (data) => createHash('sha256').update(data).digest('hex')

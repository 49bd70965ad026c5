/** A name that a tool may give to a file: one plain name that means the same file on every system, and no other place. */
import * as z from 'zod'

export const fileNameLimits = { charsMax: 80 } as const
export const fileExtensions = ['.md', '.txt', '.csv', '.json'] as const

/** Windows gives these to devices, whatever the extension. */
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i

const isPlain = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(name) &&
  !name.includes('..') &&
  !/[ .]\.[a-z]+$/.test(name) &&
  fileExtensions.some((extension) => name.endsWith(extension)) &&
  !reserved.test(name.split('.')[0]?.trim() ?? '')

export const FileName = z
  .string()
  .min(1)
  .max(fileNameLimits.charsMax)
  .refine(isPlain, `expected a plain file name of letters, digits, spaces, - _ . that ends in ${fileExtensions.join(', ')}`)

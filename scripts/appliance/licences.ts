/** Under which licences parts may be shipped. A new one is read by a person first, and then written here. */
import { Refusal } from '../refuse.ts'
import { type Lock, nameAt } from './lock.ts'
import type { Plan } from './plan.ts'

export const allowedLicences: ReadonlySet<string> = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
  // For type, which may be sold with a product and not by itself.
  'OFL-1.1',
])

/** Whether an SPDX expression can be met by allowed licences alone: one side of an OR is enough, an AND wants both. */
export function isAllowed(expression: string): boolean {
  const bare = expression.trim().replace(/^\(([^()]*)\)$/, '$1')
  // Deeper ones are for a person to read.
  if (/[()]/.test(bare)) return false
  return bare.split(/\s+OR\s+/).some((side) => side.split(/\s+AND\s+/).every((one) => allowedLicences.has(one)))
}

/** What the lock file says. Throws for a package without a licence, or with one that nobody allowed. */
export function licenceOf(lock: Lock, place: string): string {
  const licence = lock.get(place)?.license
  if (licence === undefined)
    throw new Refusal(`${nameAt(place)} names no licence. It may not be shipped so. Ask its makers, or leave it out.`)
  if (isAllowed(licence)) return licence
  throw new Refusal(
    `${nameAt(place)} is under ${licence}, which is not allowed. Read it, then add it to scripts/appliance/licences.ts, or leave it out.`,
  )
}

/**
 * Every package that is shipped or that the window is built from, with its licence, a line each: under review with the code, so that
 * nothing comes in unseen. Versions stand in the lock file.
 */
export function shippedList(lock: Lock, { places, windowPlaces }: Pick<Plan, 'places' | 'windowPlaces'>): string {
  const shipped = new Set(places)
  const lines = [...new Set([...places, ...windowPlaces])].map((place) => {
    const name = lock.get(place)?.name ?? nameAt(place)
    return `${name} ${licenceOf(lock, place)}${shipped.has(place) ? '' : ' (window)'}\n`
  })
  return [...new Set(lines)].sort().join('')
}

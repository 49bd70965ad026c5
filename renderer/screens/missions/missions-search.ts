/** What the address of the board says. Pure. */

export interface MissionsSearch {
  readonly start?: boolean
  readonly waiting?: boolean
}

/** Whatever an address says, as far as it makes sense. */
export const missionsSearch = (search: Readonly<Record<string, unknown>>): MissionsSearch => ({
  ...(search.start === true ? { start: true } : {}),
  ...(search.waiting === true ? { waiting: true } : {}),
})

/** The checks that every call of a run passes before it is made, whoever approved it. */
import { type Label, permits } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import type { Check } from '../runs/checks.ts'

/** What the run has read may still be held here: the ceiling may have changed since it was read, or since a person approved. */
export const labelCheck = (ceiling: () => Label): Check => ({
  name: 'label',
  ask: async ({ label }) =>
    permits(ceiling(), label)
      ? ok(null)
      : fail('label.above_ceiling', 'This run has read what this station may not hold now.', 'Tell your security officer.'),
})

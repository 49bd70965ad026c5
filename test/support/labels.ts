/** Random labels as they are stored, over a few of each kind of mark. */
import fc from 'fast-check'
import { join, type Label, levels } from '../../main/domain/label.ts'

const tokens = (names: readonly string[]) => fc.subarray([...names])
export const labels: fc.Arbitrary<Label> = fc
  .record({
    level: fc.constantFrom(...levels),
    categories: tokens(['CUI', 'SI', 'TK', 'HCS']),
    dissemination: tokens(['FED ONLY', 'FEDCON', 'NOCON', 'ORCON']),
    releasability: fc.oneof(
      fc.constant('any' as const),
      fc.constant('noforn' as const),
      fc.subarray(['AUS', 'CAN', 'GBR', 'USA'], { minLength: 1 }),
    ),
  })
  // A label as it is stored: canonical.
  .map((label) => join(label, label))

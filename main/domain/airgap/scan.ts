/** What a scanner said of a file. Nothing that was not looked at counts as clean. */
import * as z from 'zod'

export const scanOutcomes = ['clean', 'infected', 'not_scanned', 'absent'] as const
/** `not_scanned`: a limit was passed or the scanner failed. `absent`: no scanner is there. */
export const ScanOutcome = z.enum(scanOutcomes)
export type ScanOutcome = z.infer<typeof ScanOutcome>

export const Scans = z.array(
  z.strictObject({
    id: z.string(),
    outcome: ScanOutcome,
    /** What was found, or which scanner looked, in its own words. */
    detail: z.string(),
  }),
)
export type Scanned = Readonly<z.infer<typeof Scans>[number]>

/** Ids that nobody looked at: these want a person's word, or a signature of the site. */
export const unscanned = (scans: readonly Scanned[]): readonly string[] =>
  scans.filter(({ outcome }) => outcome === 'not_scanned' || outcome === 'absent').map(({ id }) => id)

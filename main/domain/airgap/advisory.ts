/** Advisories and VEX documents as bundles carry them: what is wrong with which versions, and what is known not to matter. Read by the self-check. */
import * as z from 'zod'
import { compareVersions } from './load-plan.ts'

export const advisoryLimits = { bytesMax: 8 * 1024 * 1024, shownMax: 5 } as const

const version = z.string().regex(/^\d+\.\d+\.\d+$/)
const words = z.string().min(1).max(400)

/** Ours: short, and signed with the bundle that carries it. */
export const Advisory = z.strictObject({
  format: z.literal('holdfast-advisory-1'),
  id: z.string().regex(/^[A-Z0-9][A-Z0-9-]{2,39}$/),
  title: words,
  severity: z.enum(['low', 'moderate', 'high', 'critical']),
  /** Versions of Holdfast from the first one, below the second. */
  affects: z
    .array(z.strictObject({ from: version, below: version }))
    .min(1)
    .max(50),
  /** What to do, in a sentence. */
  remedy: words,
})
export type Advisory = z.infer<typeof Advisory>

/** Of CycloneDX, as much as says what matters: everything else may stand there. */
export const Vex = z.object({
  bomFormat: z.literal('CycloneDX'),
  vulnerabilities: z
    .array(
      z.object({
        id: z.string().max(200),
        analysis: z
          .object({
            state: z.enum(['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected']),
          })
          .optional(),
      }),
    )
    .max(10_000),
})
export type Vex = z.infer<typeof Vex>

export const isAffected = ({ affects }: Advisory, product: string): boolean =>
  affects.some(({ from, below }) => compareVersions(product, from) >= 0 && compareVersions(product, below) < 0)

/** Ids that nobody has called harmless. */
export const openIds = ({ vulnerabilities }: Vex): readonly string[] =>
  vulnerabilities
    .filter(({ analysis }) => analysis === undefined || analysis.state === 'exploitable' || analysis.state === 'in_triage')
    .map(({ id }) => id)

/** How much a person is needed: impact, risk, cost and novelty of what is to be done, and why. Pure; what is not known counts as high. */
import * as z from 'zod'

export const grades = ['low', 'medium', 'high'] as const
export const Grade = z.enum(grades)
export type Grade = z.infer<typeof Grade>

export const gateMeasures = ['impact', 'risk', 'cost', 'novelty'] as const
export const GateMeasure = z.enum(gateMeasures)
export type GateMeasure = z.infer<typeof GateMeasure>

export const gateNeeds = ['optional', 'recommended', 'required'] as const
export const GateNeed = z.enum(gateNeeds)
export type GateNeed = z.infer<typeof GateNeed>

/** Absent and null = not known. */
export type GateGrades = Readonly<Partial<Record<GateMeasure, Grade | null>>>

export const GateVerdict = z.strictObject({
  need: GateNeed,
  /** The measures that made it so, none where all are low. */
  reasons: z.array(z.strictObject({ measure: GateMeasure, grade: Grade, isKnown: z.boolean() })),
  mayProceedAlone: z.boolean(),
})
export type GateVerdict = z.infer<typeof GateVerdict>

/** Above this a low risk needs nobody. */
export const confidenceMin = 0.95

const needOf: Readonly<Record<Grade, GateNeed>> = { low: 'optional', medium: 'recommended', high: 'required' }

/** `confidence` is between 0 and 1; null = nobody said. */
export function judgeGate(given: GateGrades, confidence: number | null): GateVerdict {
  const graded = gateMeasures.map((measure) => {
    const grade = given[measure] ?? null
    return { measure, grade: grade ?? 'high', isKnown: grade !== null } as const
  })
  const worst = grades.findLast((grade) => graded.some((each) => each.grade === grade)) ?? 'high'
  const need = needOf[worst]
  const isSure = confidence !== null && confidence > confidenceMin && confidence <= 1
  return {
    need,
    reasons: worst === 'low' ? [] : graded.filter(({ grade }) => grade === worst),
    mayProceedAlone: need === 'optional' && isSure,
  }
}

/** The self-check in words: counted, and as a report to hand on. */
import type { DoctorReport } from '../../../main/contract/models.ts'

type Outcome = DoctorReport['checks'][number]['outcome']

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'works',
  warning: 'look at this',
  failed: 'does not work',
  skipped: 'not used',
}

const order: readonly Outcome[] = ['failed', 'passed', 'warning', 'skipped']

/** `6 work, 1 to look at, 1 not used`; what fails comes first. */
export function countOutcomes({ checks }: DoctorReport): string {
  const words: Readonly<Record<Outcome, string>> = { passed: 'work', warning: 'to look at', failed: 'do not work', skipped: 'not used' }
  const count = (outcome: Outcome) => checks.filter((check) => check.outcome === outcome).length
  return order
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${words[outcome]}`)
    .join(', ')
}

/** Plain text, one line a check. Names no document. */
export function reportAsText(report: DoctorReport): string {
  const lines = report.checks.map(
    (check) =>
      `[${check.outcome}] ${check.title}: ${check.detail}${check.hint === null || check.outcome === 'passed' ? '' : ` ${check.hint}`}`,
  )
  return [`Holdfast ${report.version}, self-check of ${new Date(report.checkedAt).toISOString()}`, ...lines].join('\n')
}

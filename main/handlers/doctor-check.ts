/** One thing that the self-check looks at: it does the thing, rather than believing a setting. */
import type { DoctorCheck } from '../contract/models.ts'
import type { Services } from './services.ts'

export type Finding = Omit<DoctorCheck, 'id' | 'title'>
export const passed = (detail: string): Finding => ({ outcome: 'passed', detail, hint: null })
export const warning = (detail: string, hint: string): Finding => ({ outcome: 'warning', detail, hint })
export const failed = (detail: string, hint: string): Finding => ({ outcome: 'failed', detail, hint })
export const skipped = (detail: string): Finding => ({ outcome: 'skipped', detail, hint: null })

export interface Check {
  readonly id: string
  readonly title: string
  /** `labels`: ids of what whoever asks may see; null = all. */
  readonly find: (services: Services, labels: readonly number[] | null) => Promise<Finding> | Finding
}

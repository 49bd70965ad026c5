/** What a run may ask of the mission that it works for: one more task, for another agent. The composition supplies it; tools know no mission. */
import type { DelegatedTask } from '../domain/mission/delegated-task.ts'
import type { Result } from '../domain/result.ts'

export interface JudgedTask {
  /** It is never given more to spend: less, where that keeps it within what is left once it is added. */
  readonly tokensAtMost: number
  /** It goes beyond what a person committed with the plan. */
  readonly needsPerson: boolean
}

export interface Delegation {
  /** Whether this run may ask for a task now, whatever the task is. */
  isOpen(): boolean
  /** What would come of a task, or why it is not taken. `stepId`: the call that asks for it; null where there is none yet. Changes nothing. */
  judge(task: DelegatedTask, stepId: string | null): Result<JudgedTask>
  /** Puts it on record as a shard of the mission, once for each call, however often that is made. */
  add(task: DelegatedTask, stepId: string): Result<{ readonly key: string; readonly tokensMax: number }>
  /** Leaves out what a call has added, as long as nobody works on it. Twice is once. */
  withdraw(stepId: string): Result<null>
}

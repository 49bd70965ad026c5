/** What a test tells a core that waits to be started or to be ended, one JSON document a line. */
import * as z from 'zod'

export const Arm = z.strictObject({ name: z.string(), count: z.int().min(1) })
/** End the process when this moment is passed for the n-th time from now on. */
export type Arm = z.infer<typeof Arm>

export const ToCore = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    data: z.string(),
    /** Folder for effects and notes that no crash takes back. */
    outside: z.string(),
    thinkMs: z.number(),
    /** How often everything is looked at, in milliseconds: lives are short here. */
    lookMs: z.number(),
    isSafeStart: z.boolean(),
    arm: Arm.nullable(),
  }),
  z.strictObject({ kind: z.literal('arm'), arm: Arm }),
])
export type ToCore = z.infer<typeof ToCore>

/** Every moment that the product names, in the order of a run's life; a test holds the list. */
export const moments = [
  'journal.before_commit',
  'journal.after_commit',
  'loop.before_wake',
  'loop.after_launch',
  'loop.after_activate',
  'model.before_call',
  'model.after_call',
  'crossing.after_propose',
  'crossing.before_send',
  'crossing.after_send',
  'tool.after_propose',
  'tool.before_effect',
  'tool.after_effect',
  'loop.before_recover',
  'loop.after_work',
  'loop.after_complete',
  'context_bundle.before_commit',
  'reconcile.before_runs',
  'reconcile.after_run',
  'reconcile.before_holds',
  'reconcile.after_hold',
  'reconcile.before_wake',
  'child.before_start',
  'child.after_start',
  'child.after_record',
  'audit.after_checkpoint',
  'audit.after_mark',
] as const

/** Those that a start passes too. */
export const startMoments: readonly string[] = moments.filter((name) => /^(journal|reconcile|loop\.before)/.test(name))

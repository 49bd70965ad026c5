/**
 * Time during which somebody is there to answer. Requests to people run out, and are called out, in attended time only. Pure: when the
 * clocks are put forward or back is part of the schedule.
 */
import * as z from 'zod'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const weekMinutes = 7 * 24 * 60
const weekMs = weekMinutes * minuteMs
/** 1 January 1970 was a Thursday; weeks are counted from Monday. */
const mondayMs = 3 * 24 * hourMs

const minuteOfWeek = z.int().min(0).max(weekMinutes)

export const AttendedSchedule = z.strictObject({
  /** Local minutes of the week, counted from Monday 00:00, in order and apart. One that goes over Sunday night stands as two. None = nobody is ever there. */
  open: z
    .array(z.strictObject({ fromMinute: minuteOfWeek, toMinute: minuteOfWeek }))
    .max(100)
    .refine((all) => all.every(({ fromMinute, toMinute }, i) => fromMinute < toMinute && fromMinute >= (all[i - 1]?.toMinute ?? 0)), {
      message: 'hours end after they begin, in order, and do not overlap',
    }),
  /** How far local time is ahead of UTC from then on, in order; the first also holds before. */
  offsets: z
    .array(z.strictObject({ fromMs: z.int(), minutes: z.int().min(-1_440).max(1_440) }))
    .min(1)
    .max(1_000)
    .refine((all) => all.every(({ fromMs }, i) => i === 0 || fromMs > (all[i - 1]?.fromMs ?? 0)), { message: 'offsets stand in order' }),
})
export type AttendedSchedule = z.infer<typeof AttendedSchedule>

/** Monday to Friday, 08:00 to 18:00. */
export const usualSchedule: AttendedSchedule = {
  open: [0, 1, 2, 3, 4].map((day) => ({ fromMinute: (day * 24 + 8) * 60, toMinute: (day * 24 + 18) * 60 })),
  offsets: [{ fromMs: 0, minutes: 0 }],
}

/** A request that nobody answers is called out after so much attended time. */
export const rungsAfterMs = [4 * hourMs, 8 * hourMs, 24 * hourMs] as const

const openInWeek = ({ open }: AttendedSchedule): number =>
  open.reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0) * minuteMs

/** Attended time from the Monday before 1970 to a local time. */
function openUntil(schedule: AttendedSchedule, localMs: number): number {
  const since = localMs + mondayMs
  const weeks = Math.floor(since / weekMs)
  const inWeek = since - weeks * weekMs
  const parts = schedule.open.map(({ fromMinute, toMinute }) => Math.max(0, Math.min(inWeek, toMinute * minuteMs) - fromMinute * minuteMs))
  return weeks * openInWeek(schedule) + parts.reduce((sum, part) => sum + part, 0)
}

/** The first local time by which so much was attended; the other way round of `openUntil`. Somebody must be there at some time. */
function localWhen(schedule: AttendedSchedule, attendedMs: number): number {
  const perWeek = openInWeek(schedule)
  const weeks = Math.ceil(attendedMs / perWeek) - 1
  let rest = attendedMs - weeks * perWeek
  for (const { fromMinute, toMinute } of schedule.open) {
    const lengthMs = (toMinute - fromMinute) * minuteMs
    if (rest <= lengthMs) return weeks * weekMs + fromMinute * minuteMs + rest - mondayMs
    rest -= lengthMs
  }
  return (weeks + 1) * weekMs - mondayMs
}

/** The stretches between `fromMs` and `toMs` in which local time keeps its distance to UTC. */
function stretches(
  { offsets }: AttendedSchedule,
  fromMs: number,
  toMs: number,
): ReadonlyArray<{ readonly fromMs: number; readonly toMs: number; readonly aheadMs: number }> {
  return offsets.flatMap(({ fromMs: startMs, minutes }, i) => {
    const start = i === 0 ? fromMs : Math.max(fromMs, startMs)
    const end = Math.min(toMs, offsets[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY)
    return start < end ? [{ fromMs: start, toMs: end, aheadMs: minutes * minuteMs }] : []
  })
}

/** Attended milliseconds from one time to another; 0 when the clock went back between them. */
export function attendedMsBetween(fromMs: number, toMs: number, schedule: AttendedSchedule): number {
  return stretches(schedule, fromMs, toMs).reduce(
    (sum, part) => sum + openUntil(schedule, part.toMs + part.aheadMs) - openUntil(schedule, part.fromMs + part.aheadMs),
    0,
  )
}

/** The first moment at which `attendedMs` have been attended since `fromMs`; null when nobody is ever there, and it never comes. */
export function attendedDeadline(fromMs: number, attendedMs: number, schedule: AttendedSchedule): number | null {
  if (openInWeek(schedule) === 0) return null
  if (attendedMs <= 0) return fromMs
  let left = attendedMs
  for (const part of stretches(schedule, fromMs, Number.POSITIVE_INFINITY)) {
    const localWhenOver = localWhen(schedule, openUntil(schedule, part.fromMs + part.aheadMs) + left)
    const deadline = localWhenOver - part.aheadMs
    if (deadline <= part.toMs) return deadline
    left -= attendedMsBetween(part.fromMs, part.toMs, schedule)
  }
  return null
}

/** How many of the three calls for a person are due by now. */
export function rungDue(openedAtMs: number, nowMs: number, schedule: AttendedSchedule): number {
  const attendedMs = attendedMsBetween(openedAtMs, nowMs, schedule)
  return rungsAfterMs.filter((afterMs) => attendedMs >= afterMs).length
}

/** The hours of a week as people write them, a line a day, and as the core keeps them: minutes from Monday 00:00. Pure. */
import type { AttendedSchedule } from '../../../main/domain/attended-time.ts'

export type Hours = AttendedSchedule['open']

export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const dayMinutes = 24 * 60

const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** `08:00–12:00, 13:00–18:00` for each day; empty where nobody is there. Hours over midnight stand on both days. */
export const hoursOfDays = (open: Hours): readonly string[] =>
  days.map((_, day) =>
    open
      .map(({ fromMinute, toMinute }) => [Math.max(0, fromMinute - day * dayMinutes), Math.min(dayMinutes, toMinute - day * dayMinutes)])
      .flatMap(([from = 0, to = 0]) => (from < to ? [`${clock(from)}–${clock(to)}`] : []))
      .join(', '),
  )

/** Days in a row with the same hours as one line, without those on which nobody is there. */
export function describeWeek(open: Hours): ReadonlyArray<{ readonly days: string; readonly hours: string }> {
  const hours = hoursOfDays(open)
  const starts = days.map((_, day) => day).filter((day) => day === 0 || hours[day] !== hours[day - 1])
  return starts.flatMap((first, i) => {
    const last = (starts[i + 1] ?? days.length) - 1
    const same = hours[first] ?? ''
    return same === '' ? [] : [{ days: first === last ? `${days[first]}` : `${days[first]} to ${days[last]}`, hours: same }]
  })
}

export const minutesOf = (open: Hours): number => open.reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0)

const span = /^(\d{1,2})(?::(\d{2}))?\s*(?:–|-|to)\s*(\d{1,2})(?::(\d{2}))?$/

/** The minutes of one line, from midnight; or what is wrong with it. */
function readDay(text: string): Hours | string {
  const spans: Hours = []
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue
    const found = span.exec(part)
    if (found === null) return `“${part}” is not like 08:00–18:00.`
    const [fromHour = 0, fromRest = 0, toHour = 0, toRest = 0] = found.slice(1).map((digits) => Number(digits ?? 0))
    const [fromMinute, toMinute] = [fromHour * 60 + fromRest, toHour * 60 + toRest]
    if (fromRest > 59 || toRest > 59 || toMinute > dayMinutes) return `“${part}” is not within a day.`
    if (fromMinute >= toMinute) return `“${part}” ends before it begins. Over midnight it stands on both days.`
    spans.push({ fromMinute, toMinute })
  }
  spans.sort((a, b) => a.fromMinute - b.fromMinute)
  const isApart = spans.every(({ fromMinute }, i) => fromMinute >= (spans[i - 1]?.toMinute ?? 0))
  return isApart ? spans : 'These hours overlap.'
}

export type ReadWeek =
  | { readonly isRead: true; readonly open: Hours }
  /** What is wrong with each day, or null. */
  | { readonly isRead: false; readonly problems: ReadonlyArray<string | null> }

/** Seven lines, from Monday. */
export function readWeek(lines: readonly string[]): ReadWeek {
  const read = days.map((_, day) => readDay(lines[day] ?? ''))
  const problems = read.map((found) => (typeof found === 'string' ? found : null))
  if (problems.some((problem) => problem !== null)) return { isRead: false, problems }
  const open = read.flatMap((found, day) =>
    typeof found === 'string'
      ? []
      : found.map(({ fromMinute, toMinute }) => ({ fromMinute: fromMinute + day * dayMinutes, toMinute: toMinute + day * dayMinutes })),
  )
  return { isRead: true, open }
}

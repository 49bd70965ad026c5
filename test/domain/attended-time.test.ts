import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AttendedSchedule, attendedDeadline, attendedMsBetween, rungDue, usualSchedule } from '../../main/domain/attended-time.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const at = (text: string) => Date.parse(text)

/** Whether somebody is there, told minute by minute and without arithmetic over weeks. */
function isOpen(ms: number, { open, offsets }: AttendedSchedule): boolean {
  const offset = offsets.findLast(({ fromMs }) => fromMs <= ms) ?? offsets[0]
  const local = new Date(ms + (offset?.minutes ?? 0) * minuteMs)
  const minute = ((local.getUTCDay() + 6) % 7) * 1_440 + local.getUTCHours() * 60 + local.getUTCMinutes()
  return open.some(({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute)
}
function walk(fromMs: number, toMs: number, schedule: AttendedSchedule): number {
  let attended = 0
  for (let ms = fromMs; ms < toMs; ms += minuteMs) if (isOpen(ms, schedule)) attended += minuteMs
  return attended
}

const start = at('2026-03-02T00:00:00Z')
const minuteIn = (days: number) => fc.integer({ min: 0, max: days * 1_440 }).map((minute) => start + minute * minuteMs)
const schedules = fc
  .record({
    edges: fc.uniqueArray(fc.integer({ min: 0, max: 10_080 }), { maxLength: 12 }),
    changes: fc.uniqueArray(fc.integer({ min: -2_000, max: 40 * 1_440 }), { minLength: 1, maxLength: 4 }),
    minutes: fc.array(fc.integer({ min: -1_440, max: 1_440 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ edges, changes, minutes }): AttendedSchedule => {
    const sorted = edges.toSorted((a, b) => a - b)
    const open = sorted.flatMap((fromMinute, i) => {
      const toMinute = sorted[i + 1]
      return i % 2 === 0 && toMinute !== undefined ? [{ fromMinute, toMinute }] : []
    })
    const offsets = changes.toSorted((a, b) => a - b).map((minute, i) => ({ fromMs: start + minute * minuteMs, minutes: minutes[i] ?? 0 }))
    return AttendedSchedule.parse({ open, offsets })
  })

test('HUM-07 attended time is what a minute walker counts, whatever the hours and however the clocks are changed', () => {
  fc.assert(
    fc.property(schedules, minuteIn(30), minuteIn(20), (schedule, a, b) => {
      expect(attendedMsBetween(a, b, schedule)).toBe(a < b ? walk(a, b, schedule) : 0)
    }),
    { numRuns: 60 },
  )
})

test('HUM-07 a deadline is the first moment at which so much was attended', () => {
  fc.assert(
    fc.property(schedules, minuteIn(40), fc.integer({ min: 1, max: 5 * dayMs }), (schedule, from, attendedMs) => {
      const deadline = attendedDeadline(from, attendedMs, schedule)
      if (schedule.open.length === 0) {
        expect(deadline).toBeNull()
        return
      }
      if (deadline === null) throw new Error('somebody is there, but it never comes')
      expect(attendedMsBetween(from, deadline, schedule)).toBe(attendedMs)
      expect(attendedMsBetween(from, deadline - 1, schedule)).toBe(attendedMs - 1)
    }),
  )
})

test('HUM-07 a request of Friday afternoon waits over the weekend', () => {
  const friday = at('2026-11-20T17:30:00Z')
  expect(attendedDeadline(friday, hourMs, usualSchedule)).toBe(at('2026-11-23T08:30:00Z'))
  expect(attendedDeadline(friday, hourMs / 2, usualSchedule)).toBe(at('2026-11-20T18:00:00Z'))
  expect(attendedDeadline(at('2026-11-21T03:00:00Z'), 0, usualSchedule)).toBe(at('2026-11-21T03:00:00Z'))
})

test('HUM-07 nobody is called out before 4, 8 and 24 attended hours, and nothing runs out where nobody is ever there', () => {
  const monday = at('2026-11-23T08:00:00Z')
  const due = (text: string) => rungDue(monday, at(text), usualSchedule)
  expect([due('2026-11-23T11:59:00Z'), due('2026-11-23T12:00:00Z')]).toEqual([0, 1])
  expect([due('2026-11-23T15:59:00Z'), due('2026-11-23T16:00:00Z')]).toEqual([1, 2])
  expect([due('2026-11-25T11:59:00Z'), due('2026-11-25T12:00:00Z')]).toEqual([2, 3])
  const nobody: AttendedSchedule = { ...usualSchedule, open: [] }
  expect(rungDue(monday, monday + 400 * dayMs, nobody)).toBe(0)
  expect(attendedDeadline(monday, hourMs, nobody)).toBeNull()
})

test('HUM-07 clocks put forward or back, a new year, and a clock a year off', () => {
  // Central Europe, 2027: put forward on 28 March, back on 31 October, both at 01:00 UTC.
  const offsets = [
    { fromMs: at('2026-10-25T01:00:00Z'), minutes: 60 },
    { fromMs: at('2027-03-28T01:00:00Z'), minutes: 120 },
    { fromMs: at('2027-10-31T01:00:00Z'), minutes: 60 },
  ]
  const night: AttendedSchedule = { open: [{ fromMinute: 6 * 1_440, toMinute: 6 * 1_440 + 240 }], offsets }
  // Sunday 00:00 to 04:00 local is three hours long in spring, and five in autumn.
  expect(attendedMsBetween(at('2027-03-27T12:00:00Z'), at('2027-03-28T12:00:00Z'), night)).toBe(3 * hourMs)
  expect(attendedMsBetween(at('2027-10-30T12:00:00Z'), at('2027-10-31T12:00:00Z'), night)).toBe(5 * hourMs)
  const office: AttendedSchedule = { ...usualSchedule, offsets }
  expect(attendedDeadline(at('2027-03-26T16:30:00Z'), hourMs, office)).toBe(at('2027-03-29T06:30:00Z'))
  expect(attendedDeadline(at('2026-12-31T16:00:00Z'), 2 * hourMs, office)).toBe(at('2027-01-01T08:00:00Z'))
  const opened = at('2027-06-01T10:00:00Z')
  expect(attendedMsBetween(opened, opened - 365 * dayMs, office)).toBe(0)
  expect(rungDue(opened, opened + 365 * dayMs, office)).toBe(3)
})

test('HUM-07 hours that overlap, run backwards or lie outside of the week are refused', () => {
  const refused = (open: unknown, offsets: unknown = usualSchedule.offsets) => !AttendedSchedule.safeParse({ open, offsets }).success
  expect(
    refused([
      { fromMinute: 10, toMinute: 20 },
      { fromMinute: 15, toMinute: 30 },
    ]),
  ).toBe(true)
  expect(refused([{ fromMinute: 20, toMinute: 10 }])).toBe(true)
  expect(refused([{ fromMinute: 0, toMinute: 10_081 }])).toBe(true)
  expect(refused([], [])).toBe(true)
  expect(
    refused(
      [],
      [
        { fromMs: 5, minutes: 0 },
        { fromMs: 5, minutes: 60 },
      ],
    ),
  ).toBe(true)
  expect(refused([])).toBe(false)
})

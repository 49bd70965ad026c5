import { describe, expect, test } from 'vitest'
import { AttendedSchedule, usualSchedule } from '../../../main/domain/attended-time.ts'
import { describeWeek, hoursOfDays, minutesOf, readWeek } from '../../../renderer/screens/settings/week-hours.ts'

const usual = ['08:00–18:00', '08:00–18:00', '08:00–18:00', '08:00–18:00', '08:00–18:00', '', '']

describe('HUM-07 attended hours as people write them', () => {
  test('what is read is what was written, and the core takes it', () => {
    expect(hoursOfDays(usualSchedule.open)).toEqual(usual)
    expect(readWeek(usual)).toEqual({ isRead: true, open: usualSchedule.open })
    const week = ['7-12,13 to 17:30', '', ' 22:00–24:00 ', '00:00–06:00', '', '', '0–24']
    const read = readWeek(week)
    if (!read.isRead) throw new Error(read.problems.join())
    expect(hoursOfDays(read.open)).toEqual(['07:00–12:00, 13:00–17:30', '', '22:00–24:00', '00:00–06:00', '', '', '00:00–24:00'])
    expect(AttendedSchedule.shape.open.parse(read.open)).toEqual(read.open)
    expect(minutesOf(read.open)).toBe((5 + 4.5 + 2 + 6 + 24) * 60)
    expect(readWeek([])).toEqual({ isRead: true, open: [] })
  })

  test('days with the same hours are one line, and hours over midnight stand on both days', () => {
    expect(describeWeek(usualSchedule.open)).toEqual([{ days: 'Monday to Friday', hours: '08:00–18:00' }])
    expect(describeWeek([{ fromMinute: 0, toMinute: 10_080 }])).toEqual([{ days: 'Monday to Sunday', hours: '00:00–24:00' }])
    const night = [{ fromMinute: 22 * 60, toMinute: 30 * 60 }]
    expect(describeWeek(night)).toEqual([
      { days: 'Monday', hours: '22:00–24:00' },
      { days: 'Tuesday', hours: '00:00–06:00' },
    ])
    expect(describeWeek([])).toEqual([])
  })

  test.each([
    ['morning', 'not like'],
    ['08:00', 'not like'],
    ['08:00–18:00 13:00–14:00', 'not like'],
    ['08:75–18:00', 'not within a day'],
    ['08:00–24:01', 'not within a day'],
    ['22:00–06:00', 'ends before it begins'],
    ['08:00–08:00', 'ends before it begins'],
    ['13:00–18:00, 08:00–13:01', 'overlap'],
  ])('%s is refused on its day', (line, why) => {
    const read = readWeek(['', line])
    expect(read.isRead ? [] : read.problems).toEqual([null, expect.stringContaining(why), null, null, null, null, null])
  })
})

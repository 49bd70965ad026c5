/** A date-time group, as it stands on messages and papers: `291432Z NOV 26`. Always in UTC. */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const minuteMs = 60_000
const minutesOfDay = 1_440

const two = (value: number): string => String(value).padStart(2, '0')

/** Year, month (1–12) and day of so many days since 1970, by Howard Hinnant's `civil_from_days`. */
function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 }
}

/** `atMs` is milliseconds since 1970. */
export function dateTimeGroup(atMs: number): string {
  const minutes = Math.floor(atMs / minuteMs)
  const { year, month, day } = civilFromDays(Math.floor(minutes / minutesOfDay))
  const ofDay = minutes - Math.floor(minutes / minutesOfDay) * minutesOfDay
  return `${two(day)}${two(Math.floor(ofDay / 60))}${two(ofDay % 60)}Z ${months[month - 1]} ${two(year % 100)}`
}

/** Numbers, sizes and times as a person reads them: a unit always, and never more figures than were measured. */

const number = new Intl.NumberFormat('en-US')
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayClock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' })

export const formatCount = (count: number): string => number.format(count)

export const plural = (count: number, one: string, many = `${one}s`): string => `${formatCount(count)} ${count === 1 ? one : many}`

const sizeUnits = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** Decimal units, as on the drive the file came from. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1_000 && unit < sizeUnits.length - 1) {
    size /= 1_000
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${sizeUnits[unit]}`
}

/** Milliseconds as `0.02 s`, `6.2 s`, `4:12`, `1:02:09`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1_000
  if (seconds < 0.1) return `${Math.max(seconds, 0).toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const rest = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

export const formatClock = (atMs: number): string => clock.format(atMs)
export const formatExact = (atMs: number): string => exact.format(atMs)

/** `just now`, `4 min ago`, `3 h ago`, then the day. */
export function formatAgo(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  return dayClock.format(atMs)
}

/** `in 4 min`, `in 3 h 20 min`, then the day; null once it is over. */
export function formatLeft(atMs: number, nowMs: number): string | null {
  const minutes = Math.ceil((atMs - nowMs) / 60_000)
  if (minutes <= 0) return null
  if (minutes < 60) return `in ${minutes} min`
  if (minutes >= 24 * 60) return dayClock.format(atMs)
  const rest = minutes % 60
  return `in ${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`
}

export const formatShare = (share: number): string => `${Math.round(share * 100)} %`

/** Parameters of a model: `494 M`, `7.6 B`. */
export const formatParameters = (count: number): string =>
  count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : count >= 1e6 ? `${Math.round(count / 1e6)} M` : formatCount(count)

/** A hash short enough to compare by eye. */
export const shortHash = (hash: string): string => {
  const value = hash.includes(':') ? hash.slice(hash.indexOf(':') + 1) : hash
  return `${value.slice(0, 4)}…${value.slice(-4)}`
}

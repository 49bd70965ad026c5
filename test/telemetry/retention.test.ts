import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openLog } from '../../main/telemetry/log.ts'
import { forgetLines, keepRetention } from '../../main/telemetry/retention.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const day = 24 * 60 * 60_000
const line = (at: number, msg: string) => `${JSON.stringify({ level: 30, time: new Date(at).toISOString(), msg })}\n`

test('OBS-07 the log keeps what the policy lets it, in both of its files, and nothing that is no line of it', () => {
  const folder = temporaryFolder()
  const [file, older] = [join(folder, 'holdfast.log'), join(folder, 'holdfast.1.log')]
  const now = Date.parse('2026-11-29T12:00:00Z')
  writeFileSync(file, [line(now - 31 * day, 'old'), line(now - 29 * day, 'young'), 'no line\n'].join(''))
  writeFileSync(older, line(now - 90 * day, 'oldest'))
  const held = openSync(file, 'a')
  forgetLines(folder, now - 30 * day)
  // Whoever had it open writes on at its end.
  writeSync(held, line(now, 'new'))
  closeSync(held)
  expect(readFileSync(file, 'utf8')).toBe(line(now - 29 * day, 'young') + line(now, 'new'))
  expect(readFileSync(older, 'utf8')).toBe('')
})

test('OBS-07 it looks at the start and once a day, by the days of that day, and a defect ends nothing', () => {
  vi.useFakeTimers()
  try {
    const folder = temporaryFolder()
    const log = openLog(folder)
    log.info('first')
    const file = join(folder, 'holdfast.log')
    let days = 30
    const kept = keepRetention(
      folder,
      () => days,
      Date.now,
      () => undefined,
    )
    appendFileSync(file, line(Date.now() - 20 * day, 'of last month'))
    vi.advanceTimersByTime(day)
    expect(readFileSync(file, 'utf8')).toContain('of last month')
    days = 10
    vi.advanceTimersByTime(day)
    expect(readFileSync(file, 'utf8')).not.toContain('of last month')
    log.info('second')
    expect(readFileSync(file, 'utf8')).toMatch(/"first"[\s\S]*"second"/)
    kept.close()
    const defects: unknown[] = []
    const broken = () => {
      throw new Error('no policy')
    }
    keepRetention(folder, broken, Date.now, (error) => defects.push(error)).close()
    expect(defects).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

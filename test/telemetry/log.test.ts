/** The log of the core: whole lines, bounded files, and no text that an error quotes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLog } from '../../main/telemetry/log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const linesOf = (folder: string, name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)

test('OBS-04 A3 what an error quotes is not written, whichever way it is told', () => {
  const folder = temporaryFolder()
  const log = openLog(folder)
  const error = new Error('cannot parse “The kingfisher left at 14:05”')
  log.error({ where: 'parse', err: error })
  log.error(error)
  log.error({ err: error }, 'defect')
  const text = readFileSync(join(folder, 'holdfast.log'), 'utf8')
  expect(text).not.toContain('kingfisher')
  expect(linesOf(folder, 'holdfast.log').map(({ msg }) => msg)).toEqual(['defect', 'defect', 'defect'])
})

test('OBS-07 two files hold the newest lines, however much is written, and no line is lost between them', async () => {
  const folder = temporaryFolder()
  const bytesMax = 20_000
  const log = openLog(folder, undefined, bytesMax)
  for (let at = 0; at < 1_000; at++) {
    log.info({ at }, 'line')
    if (at % 50 === 0) await new Promise(setImmediate)
  }
  const [older, newest] = [linesOf(folder, 'holdfast.1.log'), linesOf(folder, 'holdfast.log')]
  const numbers = [...older, ...newest].map(({ at }) => Number(at))
  expect(numbers).toEqual(numbers.map((_, index) => 1_000 - numbers.length + index))
  expect(numbers.length).toBeGreaterThan(100)
  for (const name of ['holdfast.log', 'holdfast.1.log']) expect(readFileSync(join(folder, name)).length).toBeLessThan(bytesMax + 500)
})

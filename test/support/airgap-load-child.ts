/** Loads a bundle into a station in a process of its own, and ends itself at a point that its arguments name. What it has on record lies in a file. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../main/airgap/durable.ts'
import { readJson } from '../../main/domain/canonical-json.ts'
import { makeStation, trustFirst } from './airgap.ts'

const [data = '', bundle = '', point = '', nth = '1'] = process.argv.slice(2)
let left = Number(nth)
const station = makeStation(data, {
  failpoint: (name) => {
    if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
const record = join(data, 'record.json')
if (existsSync(record)) station.trustRecord = readJson(readFileSync(record, 'utf8')) as typeof station.trustRecord
else trustFirst(station, bundle)
const { record: keep } = station
Object.assign(station, {
  record: (...given: Parameters<typeof keep>) => {
    keep(...given)
    writeWhole(record, JSON.stringify(station.trustRecord))
  },
})
writeWhole(record, JSON.stringify(station.trustRecord))
process.stdout.write('begun\n')
const outcome = await station.load(bundle)
process.stdout.write(`${JSON.stringify(outcome.ok ? { ok: true } : outcome)}\n`)

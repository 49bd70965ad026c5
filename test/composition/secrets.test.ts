/** What is known as a secret stands in no line of the log, from the moment it is kept, and still after it is gone. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSecrets } from '../../main/composition/secrets.ts'
import { openLog } from '../../main/telemetry/log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'

const folder = temporaryFolder()
const [one, two] = ['sk-very-secret-0123456789', 'other-"quoted"-key']
const id = testId('end', 1)

test('K3 a key is taken out of the log, as it is, in JSON and in base 64, also after it was replaced and in a new start', () => {
  const [keys, logs] = [join(folder, 'keys'), join(folder, 'logs')]
  mkdirSync(logs)
  const { store, redact } = openSecrets({ keys })
  const log = openLog(logs, redact)
  const tell = (text: string) => {
    log.info({ header: `Bearer ${text}`, nested: JSON.stringify({ text }), packed: Buffer.from(text).toString('base64') }, text)
    log.error({ where: 'endpoint', err: new Error(`refused ${text}`) })
  }
  store.put(id, { bearer: one, clientKey: null })
  tell(one)
  store.put(id, { bearer: two, clientKey: null })
  tell(one)
  tell(two)
  store.remove(id)
  tell(two)
  store.put(id, { bearer: one, clientKey: null })
  openLog(logs, openSecrets({ keys }).redact).info(one)
  const written = readFileSync(join(logs, 'holdfast.log'), 'utf8')
  expect(written.split('\n').length).toBeGreaterThan(8)
  expect(written).toContain('[secret]')
  for (const text of [one, two, JSON.stringify(two).slice(1, -1), Buffer.from(one).toString('base64'), Buffer.from(two).toString('base64')])
    expect(written).not.toContain(text)
})

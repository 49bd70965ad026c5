/** Two commands at once, and a command that is ended in the middle of its work. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CommandFailure, commandOutputs } from '../../main/contract/cli.ts'
import { openReader } from '../../main/store/open.ts'
import { copyCase } from '../support/case-files.ts'
import { oneDocument, runCommand, startCommand } from '../support/command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
/** More than are read in the moment that a signal takes. */
const filesEach = 9

function indexedFiles(data: string): number {
  const file = join(data, 'holdfast.db')
  if (!existsSync(file)) return 0
  const db = openReader(file)
  try {
    return Number(db.prepare("SELECT count(*) FROM import_files WHERE outcome = 'indexed'").pluck().get())
  } catch {
    return 0
  } finally {
    db.close()
  }
}

test('CLI-05 two commands at once on one data folder: each goes through or is refused clearly', async () => {
  const data = join(folder, 'shared')
  copyCase(join(folder, 'case'))
  const both = await Promise.all([1, 2].map(() => runCommand(['ingest', join(folder, 'case'), '--data', data, '--json'])))
  const codes = both.map((said) => {
    if (said.code === 0) return commandOutputs.ingest.parse(oneDocument(said)).import.state
    return CommandFailure.parse(oneDocument(said)).error.code
  })
  expect(codes.filter((code) => code === 'finished').length).toBeGreaterThanOrEqual(1)
  expect(codes.filter((code) => code !== 'finished' && code !== 'core.already_running')).toEqual([])
  const after = await runCommand(['documents', 'list', '--data', data, '--json'])
  expect(commandOutputs['documents list'].parse(oneDocument(after)).total).toBe(4)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'CLI-06 %s in the middle of an import says so in one document and leaves it to go on',
  async (signal) => {
    const data = join(folder, `interrupted-${signal}`)
    const files = join(folder, `many-${signal}`)
    mkdirSync(files)
    for (let i = 0; i < filesEach; i++)
      writeFileSync(join(files, `${i}.md`), `# Report ${i}\n\nPump ${i} failed at 14:${10 + i} and was repaired.\n`)
    writeFileSync(join(folder, 'one-more.md'), '# One more\n\nThe last one.\n')

    const command = startCommand(['ingest', files, '--data', data, '--json'])
    await waitUntil(() => indexedFiles(data) >= 2, 'two files are indexed', 60_000)
    command.process.kill(signal)
    const said = await command.said
    expect([CommandFailure.parse(oneDocument(said)).error.code, said.code]).toEqual(['cli.interrupted', 130])
    const done = indexedFiles(data)
    expect(done).toBeLessThan(filesEach)

    const next = await runCommand(['ingest', join(folder, 'one-more.md'), '--data', data, '--json'])
    expect(next.code).toBe(0)
    expect(indexedFiles(data)).toBe(filesEach + 1)
  },
)

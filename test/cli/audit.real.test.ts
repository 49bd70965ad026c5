/** The record at the command line: sealed, verified, taken to the verifier, backed up, and restored where no core starts any more. */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import { CommandFailure, type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { openCheckpointer } from '../../main/store/open.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { startCore } from '../support/core-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const verifier = join(import.meta.dirname, '../../scripts/audit-verifier.mjs')

const at = (data: string) => ({
  run: async <N extends CommandName>(name: N, code = 0): Promise<CommandOutput<N>> => {
    const said = await runCommand([...name.split(' '), '--data', data, '--json'])
    expect([name, said.code, said.stderr]).toEqual([name, code, ''])
    // The table's own schema for this very name.
    return (commandOutputs[name] as unknown as z.ZodType<CommandOutput<N>>).parse(oneDocument(said))
  },
  fails: async (name: CommandName) =>
    CommandFailure.parse(oneDocument(await runCommand([...name.split(' '), '--data', data, '--json']))).error.code,
})

test('TOL-08 holdfast audit seals, verifies and exports what one file and the public key prove; holdfast restore brings a backup back', async () => {
  const data = join(temporaryFolder(), 'data')
  const { run, fails } = at(data)
  const sealed = await run('audit checkpoint')
  expect(sealed.lastCheckpoint?.size).toBe(sealed.events)
  const verified = await run('audit verify')
  expect(verified).toMatchObject({ fault: null })
  const exported = await run('audit export')
  const head = `${sealed.lastCheckpoint?.size}:${sealed.lastCheckpoint?.root.value}`
  const said = execFileSync(process.execPath, [verifier, exported.file, join(data, 'keys', 'audit.pub'), '--head', head], {
    encoding: 'utf8',
  })
  expect(said).toMatch(new RegExp(`^ok: ${exported.events} events`))
  const backup = await run('backup')
  expect(existsSync(backup.file)).toBe(true)
  expect(await fails('restore')).toBe('store.not_damaged')

  const db = openCheckpointer(join(data, 'holdfast.db'))
  db.exec('DROP TRIGGER events_are_never_changed; UPDATE events SET at_ms = at_ms + 1 WHERE seq = 2')
  db.close()
  expect(await run('audit verify', 1)).toMatchObject({ fault: { kind: 'changed', seq: 2, sentence: expect.stringContaining('2') } })
  expect(await fails('backup')).toBe('store.read_only')
  writeFileSync(join(data, 'holdfast.db'), 'no database')
  expect(await fails('audit verify')).toBe('core.store_refused')
  const restored = await run('restore')
  expect(restored.backup.events).toBe(backup.events)
  expect(await run('audit verify')).toMatchObject({ fault: null })
})

test('TOL-08 the same commands through the core that runs', async () => {
  const data = join(temporaryFolder(), 'data')
  await startCore(data)
  const { run, fails } = at(data)
  expect((await run('audit checkpoint')).events).toBeGreaterThan(0)
  expect(await run('audit verify')).toMatchObject({ fault: null })
  expect((await run('audit export')).events).toBeGreaterThan(0)
  expect((await run('backup')).events).toBeGreaterThan(0)
  expect(await fails('restore')).toBe('store.not_damaged')
})

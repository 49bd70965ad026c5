/** `holdfast serve` as an administrator types it: it stays, is reached by other commands, ends in order, and comes back where it was told to. */
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openCore } from '../../main/cli/core.ts'
import { serveClose, serveKeysAdd, serveKeysList, serveKeysRevoke, serveStatus } from '../../main/cli/serve.ts'
import { type CommandName, commandOutputs } from '../../main/contract/cli.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { Result } from '../../main/domain/result.ts'
import { oneDocument, runCommand, startCommand } from '../support/command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const data = join(temporaryFolder(), 'data')
const started: Array<ReturnType<typeof startCommand>> = []
afterAll(() => {
  for (const { process: child } of started) child.kill('SIGKILL')
})

/** Starts it and resolves with what it prints once it is open. */
async function start(...args: readonly string[]) {
  const command = startCommand(['serve', ...args, '--data', data, '--json'])
  started.push(command)
  await once(command.process.stdout ?? command.process, 'data')
  const end = async () => {
    command.process.kill('SIGINT')
    return command.said
  }
  return { end }
}

const value = <N extends CommandName, T>(name: N, result: Result<{ readonly value: T; readonly lines: readonly string[] }>): T => {
  if (!result.ok) throw new Error(result.error.code)
  ;(commandOutputs[name] as { parse(value: unknown): unknown }).parse(result.value.value)
  expect(result.value.lines.length).toBeGreaterThan(0)
  return result.value.value
}

test('CLI-01 MOD-10 serve stays until it is ended, prints one document, and comes back at the same port when it was opened to stay', async () => {
  const first = await start('--persist')
  const core = await openCore(data)
  if (!core.ok) throw new Error(core.error.code)
  const { key, secret } = value('serve keys add', await serveKeysAdd(core.value, { name: 'a program', ceiling: unclassified }))
  const { open } = value('serve status', await serveStatus(core.value))
  expect(open).toMatchObject({ address: '127.0.0.1', isTls: false, isPersistent: true })
  const models = (bearer: string) => fetch(`${open?.url}/models`, { headers: { authorization: `Bearer ${bearer}` } })
  expect(await (await models(secret)).json()).toEqual({ object: 'list', data: [] })
  expect(value('serve keys list', await serveKeysList(core.value)).items.map(({ id }) => id)).toEqual([key.id])
  expect(value('serve keys revoke', await serveKeysRevoke(core.value, key.id)).isUsable).toBe(false)
  expect((await models(secret)).status).toBe(401)
  await core.value.close()

  const second = await runCommand(['serve', '--data', data, '--json'])
  expect([second.code, oneDocument(second)]).toMatchObject([1, { error: { code: 'serve.already_open' } }])
  const said = await first.end()
  expect(said.code).toBe(0)
  expect(commandOutputs.serve.parse(oneDocument(said)).open?.port).toBe(open?.port)

  const again = await start()
  const back = await openCore(data)
  if (!back.ok) throw new Error(back.error.code)
  expect(value('serve status', await serveStatus(back.value)).open?.port).toBe(open?.port)
  expect(value('serve close', await serveClose(back.value)).open).toBeNull()
  await back.value.close()
  expect((await again.end()).code).toBe(0)
  await expect(models(secret)).rejects.toThrow()
})

test('CLI-01 what is typed wrongly ends with 2', async () => {
  const wrong = await runCommand(['serve', '--tls-cert', 'x', '--data', data, '--json'])
  expect([wrong.code, oneDocument(wrong)]).toMatchObject([2, { error: { code: 'cli.usage' } }])
})

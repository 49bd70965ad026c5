/** Tiers and routing as they are typed, through a running core. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type * as z from 'zod'
import { openCore } from '../../main/cli/core.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { CommandFailure, type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { unclassified } from '../../main/domain/label.ts'
import { createAuthority } from '../support/certificates.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { startCore } from '../support/core-process.ts'
import { serve, stream, wholeAnswer } from '../support/hostile-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const authority = createAuthority()
const own = authority.issue({ names: ['models.site'] })
const key = 'a-key-of-this-endpoint'
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

beforeAll(() => startCore(data))

const type = (...args: readonly string[]) => runCommand([...args, '--data', data, '--json'])
async function run<N extends CommandName>(name: N, ...args: readonly string[]): Promise<CommandOutput<N>> {
  const said = await type(...name.split(' '), ...args)
  expect([said.code, said.stderr, said.code === 0 ? '' : said.stdout]).toEqual([0, '', ''])
  expect(said.stdout).not.toContain(key)
  // The table's own schema for this very name.
  return (commandOutputs[name] as unknown as z.ZodType<CommandOutput<N>>).parse(oneDocument(said))
}

test('CLI-01 an endpoint is added with its key from a file, tried, explained, overridden and removed', async () => {
  const { port, seen } = await serve({ key: own.key, cert: own.certificate }, (response) => void stream(response).end(wholeAnswer('ready')))
  const pem = file('ca.pem', authority.certificate)
  const added = await run(
    ...([
      'tiers add',
      '--tier',
      'datacenter',
      '--name',
      'Rack 4',
      '--url',
      `https://127.0.0.1:${port}/v1/`,
      '--server-name',
      'models.site',
    ] as const),
    ...['--authority', pem, '--model', 'llama:70b:32768:1000000:2000000', '--key-file', file('key.txt', `${key}\n`)],
  )
  const { id } = added.endpoint
  expect(added.endpoint).toMatchObject({ host: '127.0.0.1', port, basePath: '/v1', hasSecret: true, isTls: true })
  expect(added.endpoint.models).toEqual([
    { name: 'llama:70b', contextTokens: 32_768, promptMicros: 1_000_000, completionMicros: 2_000_000 },
  ])
  expect(await run('tiers test', id)).toMatchObject({ isWell: true })
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${key}`)
  const explain = ['route explain', '--tier', 'datacenter', '--window', '8192'] as const
  expect(await run(...explain)).toMatchObject({ mode: 'suggest', endpointId: id, causes: ['requested'] })
  expect(await run(...explain, '--level', 'secret')).toMatchObject({ mode: 'local', refused: [{ reason: 'above_tier_clearance' }, {}] })
  await run('route override', '--endpoint', id, '--because', 'It answers nonsense.')
  expect(await run(...explain)).toMatchObject({ mode: 'local', refused: [{ reason: 'overridden' }, {}] })
  await run('tiers remove', id)
  expect((await run('tiers list')).tiers.flatMap(({ endpoints }) => endpoints)).toEqual([])
})

test('CLI-01 RTE-04 a question for a tier waits with its bytes, is let go for its run, and comes back from there', async () => {
  const said = 'The eastern quay is eleven metres deep'
  const claims = JSON.stringify({ claims: [{ text: `${said}.`, n: 1, quote: said }] })
  const { port, seen } = await serve({ key: own.key, cert: own.certificate }, (response) => void stream(response).end(wholeAnswer(claims)))
  const link = await openCore(data)
  if (!link.ok) throw new Error(link.error.code)
  const core = link.value
  const call = async <N extends CallName>(name: N, input: unknown): Promise<CallOutput<N>> => {
    const reply = await core.call(name, input as never)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`)
    return reply.value
  }
  await call('imports.start', {
    sources: [{ path: file('quay.md', `# Quay\n\n${said}, as the pilot book says.\n`) }],
    level: 'unclassified',
  })
  const { endpoint } = await call('tiers.add', {
    ...{ tier: 'datacenter', name: 'Rack 4', host: '127.0.0.1', port, serverName: 'models.site', isTls: true, basePath: '/v1' },
    ...{ certificateAuthority: authority.certificate, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 20_000 },
    ...{ isEnabled: true, models: [{ name: 'large', contextTokens: 32_768, promptMicros: 0, completionMicros: 0 }] },
  })
  await core.idle()

  const asked = ['ask', 'How deep is the eastern quay?', '--tier', 'datacenter', '--label', 'unclassified'] as const
  const held = await type(...asked)
  expect([held.code, CommandFailure.parse(oneDocument(held)).error.code]).toEqual([1, 'run.held'])
  const above = await type('ask', 'How deep is it?', '--label', 'SECRET//NOFORN')
  expect([above.code, CommandFailure.parse(oneDocument(above)).error.code]).toEqual([1, 'task.label_above_clearance'])
  const unreadable = await type('ask', 'How deep is it?', '--label', 'SECRETISH')
  expect([unreadable.code, CommandFailure.parse(oneDocument(unreadable)).error.code]).toEqual([2, 'cli.usage'])

  const [item] = (await call('approvals.list', {})).items
  const { runId, holdId } = { runId: item?.runId ?? '', holdId: item?.holdId ?? '' }
  const { argumentsHash } = await call('approvals.get', { holdId })
  expect(seen).toEqual([])
  await run('approvals approve', holdId, '--yes', '--hash', `${argumentsHash?.alg}:${argumentsHash?.value}`, '--scope', 'run')
  await expect.poll(async () => (await call('runs.get', { runId })).status, { timeout: 20_000 }).toBe('complete')
  const events = (await call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event)
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool.approved', scope: 'run' }))
  expect(seen.map(({ headers }) => headers['x-holdfast-label'])).toEqual([JSON.stringify(unclassified)])
  await call('tiers.remove', { endpointId: endpoint.id })
  await core.close()
})

test('CLI-02 an address with a key in it is bad usage, and nothing is added', async () => {
  const said = await type(
    'tiers',
    'add',
    '--tier',
    'datacenter',
    '--name',
    'x',
    '--model',
    'm:4096',
    '--url',
    'https://user:key@10.0.0.5/v1',
  )
  expect([said.code, CommandFailure.parse(oneDocument(said)).error.code]).toEqual([2, 'cli.usage'])
})

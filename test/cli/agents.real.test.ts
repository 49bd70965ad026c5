/** Agents, prompts and packs as they are typed, through a running core. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type * as z from 'zod'
import { CommandFailure, type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { startCore } from '../support/core-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const at = (name: string): string => join(folder, name)

beforeAll(() => startCore(data))

const type = (...args: readonly string[]) => runCommand([...args, '--data', data, '--json'], { cwd: folder })
async function run<N extends CommandName>(name: N, ...args: readonly string[]): Promise<CommandOutput<N>> {
  const said = await type(...name.split(' '), ...args)
  expect([said.code, said.stderr, said.code === 0 ? '' : said.stdout]).toEqual([0, '', ''])
  // The table's own schema for this very name.
  return (commandOutputs[name] as unknown as z.ZodType<CommandOutput<N>>).parse(oneDocument(said))
}
async function codeOf(...args: readonly string[]): Promise<string> {
  const said = await type(...args)
  expect(said.code).toBe(1)
  return CommandFailure.parse(oneDocument(said)).error.code
}

test('CLI-01 AGT-01 a new file is offered as it stands, is never written over, and is listed once it is read', async () => {
  const { file } = await run('agents new', 'harbour-watch', '--out', at('harbour-watch.yaml'))
  expect(readFileSync(file, 'utf8').match(/^#/gm)?.length).toBeGreaterThan(15)
  writeFileSync(file, `${readFileSync(file, 'utf8')}# Mine.\n`)
  expect(await codeOf('agents', 'new', 'harbour-watch', '--out', file)).toBe('cli.exists')
  expect(readFileSync(file, 'utf8')).toContain('# Mine.')
  expect(await codeOf('agents', 'new', '../up')).toBe('cli.bad_name')

  expect(await run('agents check', file)).toMatchObject({ name: 'harbour-watch', isOffered: true, refused: null })
  const bad = at('bad.yaml')
  writeFileSync(
    bad,
    readFileSync(file, 'utf8')
      .replace('name: harbour-watch', 'name: bad')
      .replace(/runbook: \|[\s\S]*/, ''),
  )
  const refused = await type('agents', 'check', bad)
  expect([refused.code, oneDocument(refused)]).toMatchObject([
    1,
    { isOffered: false, faults: [{ code: 'agent.no_runbook', severity: 'blocks' }, { severity: 'advises' }, { severity: 'advises' }] },
  ])

  mkdirSync(join(data, 'agents'), { recursive: true })
  copyFileSync(file, join(data, 'agents', 'harbour-watch.yaml'))
  const { items } = await run('agents list', '--reload')
  expect(items.map(({ name, origin }) => `${name} ${origin}`)).toContain('harbour-watch site')
  expect(await run('agents show', 'harbour-watch')).toMatchObject({ prompts: [{ use: 'gather', agent: 'research', prompt: 'gather' }, {}] })
  expect(await codeOf('agents', 'show', 'nobody')).toBe('agent.unknown')
})

test('CLI-01 PRM-02 a file is tried on a recorded run, and the exit code says whether it differs', async () => {
  const { run: made } = await run('run', 'research', '--input', JSON.stringify({ topic: 'Which berth is free?' }))
  const file = at('research.yaml')
  const shipped = readFileSync(join(import.meta.dirname, '../../main/agents/research.yaml'), 'utf8')
  writeFileSync(file, shipped)
  expect(await run('agents try', file, '--on', made.id)).toMatchObject({ verdict: 'same', runId: made.id, agent: 'research' })
  writeFileSync(file, shipped.replace('count: 10', 'count: 3'))
  const differs = await type('agents', 'try', file, '--on', made.id)
  expect([differs.code, oneDocument(differs)]).toMatchObject([1, { verdict: 'differs', differsAt: 0 }])
  const told = await runCommand(['agents', 'try', file, '--on', made.id, '--data', data], { cwd: folder })
  expect([told.code, told.stdout]).toEqual([
    1,
    expect.stringMatching(/^It differs at step 1: .*\nCalled first with other arguments: .*\n {2}1 {2}search_holdings +DIFFERS\n/),
  ])
  expect(await codeOf('agents', 'try', at('nowhere.yaml'), '--on', made.id)).toBe('cli.unreadable')
  expect(await codeOf('agents', 'try', file, '--on', `run_${'0'.repeat(26)}`)).toBe('run.unknown')
})

test('CLI-01 PRM-01 a prompt is published from a file, compared and put in use', async () => {
  const words = at('draft.md')
  writeFileSync(words, 'Answer in one sentence.\n')
  expect(await run('prompts publish', 'ask', 'draft', words)).toMatchObject({ version: 2, pointedAt: ['candidate'] })
  expect((await run('prompts diff', 'ask', 'draft', 'current', '2')).diff).toContain('+Answer in one sentence.')
  expect(await run('prompts label', 'ask', 'draft', 'candidate', 'current')).toMatchObject({ pointedAt: ['candidate', 'current'] })
  expect(await run('prompts show', 'ask', 'draft')).toMatchObject({ version: 2, text: 'Answer in one sentence.\n' })
  expect((await run('prompts list', '--agent', 'ask')).items).toMatchObject([{ versions: 2 }])
  expect(await codeOf('prompts', 'show', 'ask', 'draft', '7')).toBe('prompt.unknown')
  expect(await codeOf('prompts', 'publish', 'ask', 'draft', at('nowhere.md'))).toBe('cli.unreadable')
})

test('CLI-01 PKG-01 a folder becomes a pack, and the pack is installed', async () => {
  const source = makePackFolder(at('harbour'))
  const packed = await run('agents pack', source, '--out', at('harbour.tar.zst'))
  expect(packed).toMatchObject({ name: 'harbour', version: '1.0.0', agents: ['berths'] })
  expect(await codeOf('agents', 'pack', source, '--out', packed.file)).toBe('pack.exists')
  expect(await run('agents install', packed.file)).toMatchObject({ name: 'harbour', agents: ['berths'] })
  expect((await run('agents list')).items.map(({ name }) => name)).toContain('berths')
  writeFileSync(at('broken.tar.zst'), readFileSync(packed.file).subarray(0, 200))
  expect(await codeOf('agents', 'install', at('broken.tar.zst'))).toBe('pack.malformed')
})

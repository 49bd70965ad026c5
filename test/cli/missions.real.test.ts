/** A mission as it is typed: each command a process of its own, so that everything between two of them comes from the store. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import { CommandFailure, type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { startCore } from '../support/core-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const file = join(folder, 'log.md')
writeFileSync(file, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.\n')

const type = (...args: readonly string[]) => runCommand([...args, '--data', data, '--json'])
async function run<N extends CommandName>(name: N, ...args: readonly string[]): Promise<CommandOutput<N>> {
  const said = await type(...name.split(' '), ...args)
  expect([said.code, said.stderr, said.code === 0 ? '' : said.stdout]).toEqual([0, '', ''])
  // The table's own schema for this very name.
  return (commandOutputs[name] as unknown as z.ZodType<CommandOutput<N>>).parse(oneDocument(said))
}
const plan = join(folder, 'plan.json')

const codeOf = async (...args: readonly string[]): Promise<string> => CommandFailure.parse(oneDocument(await type(...args))).error.code

test('RUN-17 HUM-03 a mission is typed from its goal to its release: revised, committed by its hash, carried out over a killed core, and exported', async () => {
  const killed = await startCore(data)
  await run('ingest', file)
  const begun = await run('mission start', 'When did the pump at the north gate fail?')
  expect([begun.gate, begun.shardList.length]).toEqual(['G2', 1])
  const revised = await run('mission revise', begun.id, 'Who repaired it?')
  expect([revised.plan?.revision, revised.shardList.map(({ input }) => input.topic)]).toEqual([
    2,
    ['When did the pump at the north gate fail?', 'Who repaired it?', 'When did the pump at the north gate fail?'],
  ])
  expect(await codeOf('mission', 'commit', begun.id)).toBe('cli.hash_needed')
  expect(await codeOf('mission', 'commit', begun.id, '--yes', '--hash', begun.plan?.commitment.value ?? '')).toBe('mission.other_plan')
  await run('mission pause', begun.id)
  expect(await codeOf('mission', 'commit', begun.id, '--yes', '--hash', revised.plan?.commitment.value ?? '')).toBe('mission.paused')
  process.kill(killed.pid, 'SIGKILL')
  await killed.exited
  await startCore(data)
  await run('mission resume', begun.id)
  const joined = await run('mission commit', begun.id, '--yes', '--hash', revised.plan?.commitment.value ?? '')
  const citations = joined.report?.content.citations ?? []
  expect(citations.length).toBeGreaterThan(0)
  expect([joined.gate, citations.every(({ verified }) => verified)]).toEqual(['G4', true])
  expect((await run('mission board', begun.id)).entries.map(({ kind }) => kind)).toContain('finding')
  const released = await run('mission release', begun.id, '--yes', '--hash', joined.report?.commitment.value ?? '')
  expect(released.outcome).toBe('released')
  const paper = await run('export', begun.id, '--format', 'md', '--out', join(folder, 'paper.md'))
  expect(paper.isReleased).toBe(true)
  expect((await run('mission list', '--phase', 'COMPLETED')).items.map(({ id }) => id)).toEqual([begun.id])
  expect(await codeOf('mission', 'abort', begun.id)).toBe('mission.ended')
})

test('HUM-03 MEM-03 a plan is printed, changed in a file and put before G2 under its maker’s name; a mission is begun with one; lessons are listed', async () => {
  const other = join(folder, 'other.md')
  writeFileSync(other, '# Other\n\nThe pump at the north gate failed at 15:40, says the guard.\n')
  await run('ingest', other)
  const begun = await run('mission start', 'When did the pump at the north gate fail?')
  const printed = await run('mission plan', begun.id)
  expect([begun.plan?.by, printed.shards.map(({ agent }) => agent)]).toEqual([null, ['research']])
  const compare = { ...printed.shards[0], agent: 'compare', input: { topic: 'when the pump failed', first: 'log.md', second: 'other.md' } }
  writeFileSync(plan, JSON.stringify({ shards: [{ ...compare, after: ['s9'] }] }))
  expect(await codeOf('mission', 'replan', begun.id, plan)).toBe('mission.plan_faults')
  writeFileSync(plan, 'no plan')
  expect(await codeOf('mission', 'replan', begun.id, plan)).toBe('cli.no_plan')
  expect(await codeOf('mission', 'replan', begun.id, join(folder, 'nowhere.json'))).toBe('cli.unreadable')
  writeFileSync(plan, JSON.stringify({ shards: [compare] }))
  const changed = await run('mission replan', begun.id, plan)
  expect([changed.plan?.revision, changed.plan?.by, changed.gate]).toEqual([2, expect.stringMatching(/./), 'G2'])
  const shown = (await type('mission', 'show', begun.id)).code
  expect([shown, changed.shardList[0]?.documents.map(({ file: name }) => name)]).toEqual([0, ['log.md', 'other.md']])
  await run('mission abort', begun.id)
  const own = await run('mission start', 'When did the pump fail?', '--plan', plan)
  expect([own.gate, own.plan?.revision, own.shardList.map(({ agent }) => agent)]).toEqual(['G2', 1, ['compare']])
  await run('mission abort', own.id)
  await run('mission learn', own.id, '--context', 'Pumps', '--learning', 'Name the files.')
  expect((await run('mission lessons')).items.map(({ content }) => content)).toEqual(['context: Pumps\nlearning: Name the files.'])
})

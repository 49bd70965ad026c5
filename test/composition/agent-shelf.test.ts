/** Agents of a site: files that are read, refused with a place, narrowed, and read again. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentShelf } from '../../main/composition/agent-shelf.ts'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { findTool } from '../../main/tools/registry.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const builtIn = installedAgents()
const research = readFileSync(join(import.meta.dirname, '../../main/agents/research.yaml'), 'utf8')
const known = new Set(['research/gather', 'research/draft', 'scout/draft'])
const own = research
  .replace('name: research', 'name: scout')
  .replace('{ gather: gather, draft: draft }', '{ gather: research/gather, draft: draft }')

function shelfOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = join(root, newId('boot'))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const countPrompt = (agent: string, name: string) =>
    known.has(`${agent}/${name}`) || builtIn.some(({ definition, prompts }) => definition.name === agent && name in prompts)
      ? { tokens: 400, isEstimated: true }
      : null
  const shelf = openAgentShelf({ folder, builtIn, findTool, countPrompt }, () => new Map())
  return { folder, shelf, refused: () => shelf.now().refused.map(({ file, code, line, field }) => [file, code, line, field]) }
}

test('AGT-01 a file of the site is offered beside those of the product', () => {
  const { shelf, refused } = shelfOf({ 'scout.yaml': own })
  expect(refused()).toEqual([])
  expect(shelf.definitions().map(({ name }) => name)).toEqual([...builtIn.map(({ definition }) => definition.name), 'scout'])
  expect(shelf.find('scout')).toMatchObject({ origin: 'site', isNarrowed: false })
})

test('AGT-01 what is wrong says what and where, is not offered, and stops nothing else', () => {
  const line = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length
  const { shelf, refused } = shelfOf({
    'broken.yaml': 'name: broken\ntools: [a\nlevel: 3\n',
    'deep.yaml': own.replace('name: scout', 'name: deep').replace('level: 4', 'level: 9'),
    'extra.yaml': own.replace('name: scout', 'name: extra').replace('level: 4', 'level: 4\nisAdmin: true'),
    'empty.yaml': '',
    'bytes.yaml': new Uint8Array([0xff, 0xfe, 0x00]),
    'other.yaml': own,
    'research.yaml': research,
    'silent.yaml': `${own.replace('name: scout', 'name: silent').slice(0, own.indexOf('runbook:') + 1)}`,
    'scout.yaml': own,
    'unsaid.yaml': own.replace('name: scout', 'name: unsaid').replace('draft: draft', 'draft: nowhere/draft'),
    'readme.txt': 'no agent',
  })
  expect(shelf.find('scout')?.origin).toBe('site')
  expect(shelf.definitions()).toHaveLength(builtIn.length + 1)
  expect(shelf.find('research')?.origin).toBe('product')
  expect(refused()).toEqual([
    ['broken.yaml', 'agent.not_yaml', expect.any(Number), null],
    ['bytes.yaml', 'agent.unreadable', null, null],
    ['deep.yaml', 'agent.malformed', line(own, 'level: 4'), 'level'],
    ['empty.yaml', 'agent.malformed', null, ''],
    ['extra.yaml', 'agent.malformed', 1, ''],
    ['other.yaml', 'agent.other_name', null, 'name'],
    ['research.yaml', 'agent.built_in_name', null, 'name'],
    ['silent.yaml', 'agent.no_runbook', null, 'runbook'],
    ['unsaid.yaml', 'agent.unknown_prompt', null, 'prompts.draft'],
  ])
})

test('AGT-01 a link, a file that is too large, and one that unfolds without end are refused', () => {
  const { folder, shelf, refused } = shelfOf({
    'bomb.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
      .join('\n')}\n`,
    'large.yaml': `${own}${'#'.repeat(300_000)}`,
  })
  symlinkSync('/etc/hostname', join(folder, 'link.yaml'))
  shelf.reload()
  expect(refused().map(([file, code]) => [file, code])).toEqual([
    ['bomb.yaml', 'agent.not_yaml'],
    ['large.yaml', 'agent.unreadable'],
    ['link.yaml', 'agent.unreadable'],
  ])
})

test('PKG-01 a local file takes away and never gives; what it says in error keeps the agent from being offered', () => {
  const { folder, shelf, refused } = shelfOf({
    'scout.yaml': own,
    'scout.local.yaml': 'tools: [search_holdings]\nbudget: { toolCallsMax: 3 }\n',
    'research.local.yaml': 'stepsMax: 20\n',
    'nobody.local.yaml': 'stepsMax: 3\n',
  })
  expect(shelf.find('scout')).toMatchObject({ isNarrowed: true, definition: { tools: ['search_holdings'], offers: ['search_holdings'] } })
  expect(shelf.find('research')).toBeNull()
  expect(refused().map(([file, code]) => [file, code])).toEqual([
    ['research.local.yaml', 'agent.override_widens'],
    ['nobody.local.yaml', 'agent.override_of_nothing'],
  ])
  writeFileSync(join(folder, 'research.local.yaml'), 'stepsMax: 5\n')
  shelf.reload()
  expect(shelf.find('research')).toMatchObject({ origin: 'product', isNarrowed: true, definition: { stepsMax: 5 } })
})

test('a folder that is not there holds no agents', () => {
  const shelf = openAgentShelf(
    { folder: join(root, 'nowhere'), builtIn, findTool, countPrompt: () => ({ tokens: 1, isEstimated: true }) },
    () => new Map(),
  )
  expect([shelf.definitions().length, shelf.now().refused]).toEqual([builtIn.length, []])
})

/** Agents of a site, written and taken away through a whole core: whole or not at all, and never over what its author had not seen. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { packAgents } from '../../main/airgap/agent-pack.ts'
import { agentFileLimits } from '../../main/domain/agent-file.ts'
import { agentTemplate, copyOfDefinition, narrowingTemplate } from '../../main/domain/agent-template.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const shipped = (name: string) => readFileSync(join(import.meta.dirname, `../../main/agents/${name}.yaml`), 'utf8')
const scout = agentTemplate('scout', 'Scout')
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

let core: OpenApp
const at = (file: string) => join(core.paths.agents, file)
const save = (file: string, text: string, expected: string | null) => core.call('agents.save', { file, text, expected })
const refusal = (file: string, text: string, expected: string | null = null) => core.codeOf('agents.save', { file, text, expected })
const files = () => (existsSync(core.paths.agents) ? readdirSync(core.paths.agents).sort() : [])

beforeAll(async () => {
  core = await openApp(join(folder, 'core'))
})

describe('AGT-01 agents are written from the window', () => {
  test('one that would be offered lies there whole, is offered at once, and is read back with what it is compared by', async () => {
    const saved = await save('scout.yaml', scout, null)
    expect(saved).toMatchObject({ file: 'scout.yaml', origin: 'site', text: scout, digest: digestOf(scout) })
    expect([readFileSync(at('scout.yaml'), 'utf8'), files()]).toEqual([scout, ['scout.yaml']])
    expect((await core.call('agents.list')).items.at(-1)).toMatchObject({ name: 'scout', origin: 'site' })
    const changed = scout.replace('level: 3', 'level: 4')
    await save('scout.yaml', changed, saved.digest)
    expect(await core.call('agents.get', { agent: 'scout' })).toMatchObject({ level: 4 })
    expect(await core.call('agents.text', { file: 'scout.yaml' })).toMatchObject({ text: changed, digest: digestOf(changed) })
  })

  test('who wrote it is on record, as when a pack is installed', async () => {
    await save('told.yaml', scout.replace('name: scout', 'name: told'), null)
    const events: unknown[] = []
    core.app.subscribe(0, (item) => item.kind === 'event' && events.push([item.event.event.type, item.event.actor.account]))()
    expect(events).toContainEqual(['drift.recorded', 'tester'])
  })

  test('everything that blocks it is said with its line, and nothing is written', async () => {
    const before = files()
    const bad = scout
      .replace('name: scout', 'name: bad')
      .replace('offers: [search_holdings, read_passage, read_document]', 'offers: [write_file]')
      .replace(/runbook: \|[\s\S]*/, '')
    const reply = await core.app.dispatch(
      'agents.save',
      { file: 'bad.yaml', text: bad, expected: null },
      { account: 'tester', shell: 'cli' },
    )
    const line = bad.slice(0, bad.indexOf('offers:')).split('\n').length
    expect(reply).toMatchObject({ ok: false, error: { code: 'agent.not_offered' } })
    const said = reply.ok ? '' : reply.error.message
    expect(said).toContain('runbook: Nobody is told what to do')
    expect(said).toContain(`line ${line}, offers: write_file is offered`)
    expect(await refusal('bad.yaml', 'name: [')).toBe('agent.not_offered')
    expect(await refusal('bad.yaml', scout)).toBe('agent.not_offered')
    expect(files()).toEqual(before)
  })

  test('what another person changed, removed or put there meanwhile is not written over', async () => {
    const { digest, text } = await core.call('agents.text', { file: 'scout.yaml' })
    expect(await refusal('scout.yaml', scout)).toBe('agent.exists')
    writeFileSync(at('scout.yaml'), `${text}# Mine.\n`)
    expect(await refusal('scout.yaml', scout, digest)).toBe('agent.changed_meanwhile')
    expect(await core.codeOf('agents.remove', { file: 'scout.yaml', expected: digest })).toBe('agent.changed_meanwhile')
    expect(readFileSync(at('scout.yaml'), 'utf8')).toContain('# Mine.')
    rmSync(at('scout.yaml'))
    expect(await refusal('scout.yaml', scout, digest)).toBe('agent.changed_meanwhile')
    expect(files()).not.toContain('scout.yaml')
    await save('scout.yaml', scout, null)
  })

  test('names that lead elsewhere, or are none, reach nothing', async () => {
    for (const file of [
      '../scout.yaml',
      '/etc/scout.yaml',
      'packs/scout.yaml',
      'Scout.yaml',
      'scout.yml',
      'scout',
      '.yaml',
      'a\u0000.yaml',
      'a..yaml',
      `${'a'.repeat(70)}.yaml`,
    ]) {
      expect(await refusal(file, scout), file).toBe('call.bad_input')
      expect(await core.codeOf('agents.text', { file }), file).toBe('call.bad_input')
      expect(await core.codeOf('agents.remove', { file, expected: '0'.repeat(64) }), file).toBe('call.bad_input')
    }
    expect(await core.codeOf('agents.text', { file: 'nowhere.yaml' })).toBe('agent.unknown')
  })

  test('a link is never followed: not in the place of the file, of what is half written, or of the folder', async () => {
    const outside = join(folder, 'outside.txt')
    writeFileSync(outside, 'not ours')
    symlinkSync(outside, at('linked.yaml'))
    const linked = scout.replace('name: scout', 'name: linked')
    expect(await refusal('linked.yaml', linked)).toBe('agent.unreadable')
    expect(await core.codeOf('agents.text', { file: 'linked.yaml' })).toBe('agent.unreadable')
    rmSync(at('linked.yaml'))
    symlinkSync(outside, at('linked.yaml.partial'))
    await save('linked.yaml', linked, null)
    expect([readFileSync(outside, 'utf8'), readFileSync(at('linked.yaml'), 'utf8')]).toEqual(['not ours', linked])
    const elsewhere = join(folder, 'elsewhere')
    renameSync(core.paths.agents, elsewhere)
    symlinkSync(elsewhere, core.paths.agents)
    expect(await refusal('through.yaml', scout.replace('name: scout', 'name: through'))).toBe('agent.no_folder')
    expect(readdirSync(elsewhere)).not.toContain('through.yaml')
    rmSync(core.paths.agents)
    renameSync(elsewhere, core.paths.agents)
  })

  test('too large, hidden or marked above its label is refused', async () => {
    expect(await refusal('large.yaml', `${scout.replace('name: scout', 'name: large')}#${'é'.repeat(agentFileLimits.bytesMax / 2)}`)).toBe(
      'agent.too_large',
    )
    expect(await refusal('hidden.yaml', `${scout.replace('name: scout', 'name: hidden')}# \u202e`)).toBe('agent.hidden_characters')
    expect(await refusal('marked.yaml', `${scout.replace('name: scout', 'name: marked')}# SECRET//NOFORN\n`)).toBe('agent.marked')
  })

  test('an end in the middle of writing leaves the old file whole, and the next one is written all the same', async () => {
    const before = await core.call('agents.text', { file: 'scout.yaml' })
    // As a kill between the first byte and the last would have left it.
    writeFileSync(at('scout.yaml.partial'), scout.slice(0, 100))
    expect((await core.call('agents.reload')).refused).toEqual([])
    expect(await core.call('agents.text', { file: 'scout.yaml' })).toEqual(before)
    await save('scout.yaml', scout.replace('level: 3', 'level: 2'), before.digest)
    expect(files()).not.toContain('scout.yaml.partial')
    // What is written beside cannot even be begun.
    mkdirSync(at('scout.yaml.partial/in the way'), { recursive: true })
    const held = readFileSync(at('scout.yaml'), 'utf8')
    expect(await refusal('scout.yaml', scout, digestOf(held))).toBe('call.defect')
    expect(readFileSync(at('scout.yaml'), 'utf8')).toBe(held)
    rmSync(at('scout.yaml.partial'), { recursive: true })
  })

  test('a file is taken away by what it was, and its runs stay', async () => {
    const { digest } = await core.call('agents.text', { file: 'told.yaml' })
    expect(await core.call('agents.remove', { file: 'told.yaml', expected: digest })).toEqual({ file: 'told.yaml' })
    expect((await core.call('agents.list')).items.map(({ name }) => name)).not.toContain('told')
    expect(await core.codeOf('agents.remove', { file: 'told.yaml', expected: digest })).toBe('agent.unknown')
    expect(faultsOf(core.paths)).toEqual([])
  })
})

describe('PKG-01 what the product or a pack brought stays theirs', () => {
  test('it is read, to copy from; only what takes something away is written', async () => {
    const research = shipped('research')
    expect(await core.call('agents.text', { file: 'research.yaml' })).toMatchObject({ origin: 'product', text: research })
    expect(await refusal('research.yaml', research)).toBe('agent.built_in_name')
    expect(await core.codeOf('agents.remove', { file: 'research.yaml', expected: digestOf(research) })).toBe('agent.built_in_name')
    await save('ranger.yaml', copyOfDefinition(research, 'research', 'ranger'), null)
    expect(await core.call('agents.get', { agent: 'ranger' })).toMatchObject({
      prompts: [{ agent: 'research', prompt: 'gather' }, { agent: 'research' }],
    })

    await save('research.local.yaml', narrowingTemplate('research'), null)
    expect(await refusal('research.local.yaml', 'stepsMax: 20\n', digestOf(narrowingTemplate('research')))).toBe('agent.not_offered')
    expect(await refusal('nobody.local.yaml', 'stepsMax: 3\n')).toBe('agent.not_offered')
    await save('research.local.yaml', 'stepsMax: 5\n', digestOf(narrowingTemplate('research')))
    expect(await core.call('agents.get', { agent: 'research' })).toMatchObject({ isNarrowed: true, stepsMax: 5 })
    await core.call('agents.remove', { file: 'research.local.yaml', expected: digestOf('stepsMax: 5\n') })
    expect(await core.call('agents.get', { agent: 'research' })).toMatchObject({ isNarrowed: false })
  })

  test('an agent is looked at together with what takes something away from it', async () => {
    const ranger = await core.call('agents.text', { file: 'ranger.yaml' })
    await save('ranger.local.yaml', 'tools: [search_holdings, calculate]\n', null)
    const without = ranger.text.replaceAll(', calculate', '')
    expect(await core.call('agents.check', { file: 'ranger.yaml', definition: without })).toMatchObject({
      isOffered: false,
      refused: { code: 'agent.override_widens', message: expect.stringContaining('ranger.local.yaml: tools') },
    })
    expect(await refusal('ranger.yaml', without, ranger.digest)).toBe('agent.not_offered')
  })

  test('one of a pack is neither written nor removed, and may be narrowed', async () => {
    const [from, to] = [join(folder, 'pack'), join(folder, 'pack.tar.zst')]
    const made = packAgents(makePackFolder(from), to)
    if (!made.ok) throw new Error(made.error.message)
    await core.call('agents.install', { source: { path: to } })
    const berths = await core.call('agents.text', { file: 'berths.yaml' })
    expect(berths.origin).toBe('pack')
    expect(await refusal('berths.yaml', berths.text, berths.digest)).toBe('agent.of_pack')
    expect(await core.codeOf('agents.remove', { file: 'berths.yaml', expected: berths.digest })).toBe('agent.of_pack')
    await save('berths.local.yaml', 'stepsMax: 4\n', null)
  })
})

test('AGT-01 a run goes on with what it was started with when its agent is written anew', async () => {
  const { runId } = await core.call('runs.start', { agent: 'ranger', input: { topic: 'Anything at all?' } })
  await core.settled(runId)
  const { text, digest } = await core.call('agents.text', { file: 'ranger.yaml' })
  await save('ranger.yaml', text.replace('stepsMax: 12', 'stepsMax: 6'), digest)
  expect(await core.call('runs.replay', { runId })).toMatchObject({ isSame: true })
  const trial = await core.call('agents.try', { file: 'ranger.yaml', definition: text, runId })
  expect(trial.verdict).toBe('same')
})

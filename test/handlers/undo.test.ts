/** Taking a call back while its run is under way: refused, and nothing is touched. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AgentDefinition, type InstalledAgent } from '../../main/domain/agent.ts'
import { findTool } from '../../main/tools/registry.ts'
import { openApp } from '../support/open-app.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const agent: InstalledAgent = {
  definition: AgentDefinition.parse({
    ...plainAgent,
    ...{ name: 'noter', title: 'Noter', summary: 'Notes, then searches', titleFrom: 'topic', draftFrom: 'topic', stepsMax: 5, budget: {} },
    input: [{ name: 'topic', title: 'Topic', isRequired: true, charsMax: 100, default: null }],
    ...{ tools: ['append_note', 'search_holdings', 'write_file'], offers: [] },
    playbook: [
      { tool: 'append_note', arguments: { text: '$input.topic' } },
      { tool: 'search_holdings', arguments: { query: '$input.topic' } },
    ],
    deliver: { tool: 'write_file', arguments: { name: 'a.md', text: '$draft' } },
  }),
  prompts: { gather: 'Gather.', draft: 'Draft.' },
}

test('TOL-05 a call of a run that is under way is not taken back, and what it wrote stays', async () => {
  const gate = Promise.withResolvers<void>()
  let isSearching = false
  const app = await openApp(join(temporaryFolder(), 'data'), {
    agents: [agent],
    findTool: (name) => {
      const tool = findTool(name)
      if (tool === null || name !== 'search_holdings') return tool
      const perform: typeof tool.perform = async (input, context) => {
        isSearching = true
        await gate.promise
        return tool.perform(input, context)
      }
      return { ...tool, perform }
    },
  })
  const { runId } = await app.call('runs.start', { agent: 'noter', input: { topic: 'pumps' } })
  await waitUntil(() => isSearching, 'the run searches')
  const [note] = (await app.call('steps.list', { runId })).items
  const file = join(app.paths.runs, runId, 'notes.md')
  expect(await app.codeOf('runs.undo', { runId, stepId: note?.id })).toBe('run.not_held')
  expect(readFileSync(file, 'utf8')).toContain('pumps')
  gate.resolve()
  expect((await app.settled(runId)).status).toBe('complete')
  expect(await app.call('runs.undo', { runId, stepId: note?.id })).toMatchObject({ phase: 'undone' })
  expect(existsSync(file)).toBe(false)
})

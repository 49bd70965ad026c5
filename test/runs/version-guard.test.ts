/** A run whose agent was given more after it began waits for a person; one whose agent was narrowed goes on. Real journal and loop. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AgentDefinition } from '../../main/domain/agent.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { createVersionGuard } from '../../main/runs/version-guard.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const begun: AgentDefinition = {
  ...plainAgent,
  ...{ name: 'test', title: 'Test', summary: 'Tests', input: [], titleFrom: 'topic', draftFrom: 'topic', stepsMax: 8, budget: {} },
  input: [{ name: 'topic', title: 'Topic', kind: 'text', isRequired: true, charsMax: 100, default: null }],
  ...{ tools: ['look', 'write_file'], offers: ['look'], playbook: [{ tool: 'look', arguments: {} }], writes: ['a-*'] },
  deliver: { tool: 'write_file', arguments: { name: 'a-1', text: '$draft' } },
  ...{ allowedDataSources: ['open'], deniedDataSources: ['open/secret.md'] },
}

function scene(folder = join(root, newId('boot'))) {
  mkdirSync(folder, { recursive: true })
  const offered: { now: AgentDefinition | undefined } = { now: begun }
  const store = openRunStore(folder, {
    agents: { test: async () => ok({ text: '{}', label: unclassified }) },
    definitionOf: () => offered.now,
  })
  const release = (runId: string) => store.must(runId, 'operator', { type: 'hold.release', holdId: store.run(runId).holds[0]?.id ?? '' })
  return { ...store, folder, offered, release }
}

test.each<[string, Partial<AgentDefinition>]>([
  ['another tool', { tools: ['look', 'write_file', 'send'] }],
  ['a tool that a model may choose', { offers: ['look', 'write_file'] }],
  ['other files', { writes: ['*'] }],
  ['another call that is always made', { prefetch: [{ tool: 'look', arguments: {} }] }],
  ['a call without a model', { playbook: [{ tool: 'look', arguments: { word: 'x' } }] }],
  ['another delivery', { deliver: { tool: 'write_file', arguments: { name: 'a-2', text: '$draft' } } }],
  ['another output', { output: 'table' }],
  ['more steps', { stepsMax: 9 }],
  ['more documents', { allowedDataSources: ['open', 'closed'] }],
  ['a document that was denied', { deniedDataSources: [] }],
])('a run whose agent has since been given %s is held before it is launched', async (_what, change) => {
  const core = scene()
  const runId = core.start()
  core.offered.now = { ...begun, ...change }
  await core.settle(runId)
  expect(core.run(runId)).toMatchObject({ status: 'held', epoch: 0, holds: [{ kind: 'version', stepId: null }] })
  // A person lets it go on with what it is now.
  core.release(runId)
  expect((await core.settle(runId)).status).toBe('complete')
  expect(core.typesOf(runId).filter((type) => type === 'hold.opened')).toHaveLength(1)
  await core.stop()
})

test('fewer tools, files, steps and documents, and other words about it, hold nobody', async () => {
  const core = scene()
  const runId = core.start()
  const less = { tools: ['write_file'], offers: [], playbook: [], writes: [], stepsMax: 3, deniedDataSources: ['open/*', 'open/secret.md'] }
  core.offered.now = { ...begun, ...less, title: 'Other', summary: 'Other', runbook: 'Other' }
  expect((await core.settle(runId)).status).toBe('complete')
  await core.stop()
})

test('what a person allowed holds for that definition only, and is asked again after a restart', async () => {
  const core = scene()
  const runId = core.start()
  core.offered.now = { ...begun, stepsMax: 9 }
  await core.settle(runId)
  core.offered.now = { ...begun, stepsMax: 10 }
  core.release(runId)
  expect((await core.settle(runId)).status).toBe('held')
  core.release(runId)
  await core.stop()
  const again = scene(core.folder)
  again.offered.now = { ...begun, stepsMax: 10 }
  expect((await again.settle(runId)).status).toBe('held')
  again.release(runId)
  expect((await again.settle(runId)).status).toBe('complete')
  await again.stop()
})

test('where nobody can see any more what the agent was, a person decides', async () => {
  const core = scene()
  const runId = core.start()
  core.db.transaction(() => core.bodies.drop(core.run(runId).definition?.body ?? ''))()
  expect((await core.settle(runId)).holds).toMatchObject([{ kind: 'version' }])
  await core.stop()
})

test('a hold that could not be written lets nobody through', async () => {
  const core = scene()
  const runId = core.start()
  const definitionOf = () => ({ ...begun, stepsMax: 9 })
  const holdFor = createVersionGuard({ definitionOf, readBody: core.bodies.read, readStream: core.log.readStream, newId })
  expect([holdFor(runId, core.run(runId)), holdFor(runId, core.run(runId))]).toEqual([expect.any(String), expect.any(String)])
  await core.stop()
})

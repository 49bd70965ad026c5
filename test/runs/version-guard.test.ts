/** A run whose agent was given more after it began waits for a person; one whose agent was narrowed goes on. Real journal and loop. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AgentDefinition } from '../../main/domain/agent.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { createVersionGuard } from '../../main/runs/version-guard.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { newId, openRunStore, type RunStoreOptions } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const secret = labelFromName('secret')
const begun: AgentDefinition = {
  ...plainAgent,
  ...{ name: 'test', title: 'Test', summary: 'Tests', input: [], titleFrom: 'topic', draftFrom: 'topic', stepsMax: 8, budget: {} },
  input: [{ name: 'topic', title: 'Topic', kind: 'text', isRequired: true, charsMax: 100, default: null }],
  ...{ tools: ['look', 'write_file'], offers: ['look'], playbook: [{ tool: 'look', arguments: {} }], writes: ['a-*'] },
  deliver: { tool: 'write_file', arguments: { name: 'a-1', text: '$draft' } },
  ...{ allowedDataSources: ['open'], deniedDataSources: ['open/secret.md'] },
}

interface Offered {
  now: AgentDefinition | undefined
}

function scene(folder = join(root, newId('boot')), label = unclassified, more: (offered: Offered) => RunStoreOptions = () => ({})) {
  mkdirSync(folder, { recursive: true })
  const offered: Offered = { now: begun }
  const store = openRunStore(folder, {
    agents: { test: async () => ok({ text: '{}', label: unclassified }) },
    definitionOf: () => offered.now,
    labelOf: () => label,
    ...more(offered),
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

test('what a person allowed holds for that definition and for less, over a restart as well, and for nothing more', async () => {
  const core = scene()
  const runId = core.start()
  core.offered.now = { ...begun, stepsMax: 9 }
  await core.settle(runId)
  core.offered.now = { ...begun, stepsMax: 10 }
  core.release(runId)
  expect((await core.settle(runId)).status).toBe('held')
  await core.stop()
  const held = scene(core.folder)
  held.offered.now = { ...begun, stepsMax: 10 }
  // Asked and not answered lets nobody through.
  expect((await held.settle(runId)).holds).toHaveLength(1)
  held.release(runId)
  await held.stop()
  const more = scene(core.folder)
  more.offered.now = { ...begun, stepsMax: 10, offers: ['look', 'write_file'] }
  expect((await more.settle(runId)).status).toBe('held')
  more.release(runId)
  await more.stop()
  const again = scene(core.folder)
  again.offered.now = { ...begun, stepsMax: 9, tools: ['look'] }
  expect((await again.settle(runId)).status).toBe('complete')
  expect(again.typesOf(runId).filter((type) => type === 'hold.opened')).toHaveLength(3)
  await again.stop()
})

test('a run that is asked about carries the label of what its agent is now', async () => {
  const core = scene(undefined, secret)
  const runId = core.start()
  core.offered.now = { ...begun, stepsMax: 9 }
  await core.settle(runId)
  expect(core.journal.read(runId).label).toEqual(secret)
  const [opened] = core.log.readStream(runId).flatMap(({ event }) => (event.type === 'hold.opened' ? [event] : []))
  expect(core.bodies.read(opened?.definition?.body ?? '')).toContain('"stepsMax":9')
  expect(core.bodies.labelOf(opened?.definition?.body ?? '')).toEqual(secret)
  await core.stop()
})

test('an agent that is given more while its run is launched is executed as it was when it was looked at', async () => {
  const executed: Array<AgentDefinition | undefined> = []
  const core = scene(undefined, unclassified, (offered) => ({
    agents: {
      get test(): Agent {
        const { now } = offered
        return async () => {
          executed.push(now)
          return ok({ text: '{}', label: unclassified })
        }
      },
    },
    failpoint: (name) => {
      if (name === 'loop.after_launch') offered.now = { ...begun, stepsMax: 9 }
    },
  }))
  const runId = core.start()
  expect((await core.settle(runId)).status).toBe('complete')
  expect(executed).toEqual([begun])
  await core.stop()
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
  const offered = { definitionOf: () => ({ ...begun, stepsMax: 9 }), labelOf: () => unclassified }
  const ask = createVersionGuard({ ...offered, readBody: core.bodies.read, readStream: core.log.readStream })
  const asked = { text: expect.any(String), label: unclassified }
  expect([ask(runId, core.run(runId)), ask(runId, core.run(runId))]).toEqual([asked, asked])
  await core.stop()
})

/** The same mission without a model and with a real one of random weights: the engine leads both, so that the log tells of both in the same way. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const file = join(folder, 'log.md')
writeFileSync(file, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday.\n')

/** What only a model that writes nonsense brings about: it is refused, held as a spiral, and let go on by a person. */
const nonsense = /^(proposal\.refused|tool\.failed|context\.near_limit|spiral\.detected|hold\.|run\.held)/

/** Kinds of events in the order in which each first came. */
const kindsOf = (types: readonly string[]): readonly string[] => [...new Set(types.filter((type) => !nonsense.test(type)))]

async function carriedOut(core: OpenApp) {
  await core.ingest([file])
  // Nothing in the documents answers it, whoever is asked.
  const { missionId } = await core.call('missions.start', { goal: 'Who painted the ceiling of the chapel?' })
  const until = async (what: (mission: Awaited<ReturnType<typeof get>>) => boolean) => {
    const deadline = Date.now() + 100_000
    for (;;) {
      const mission = await get()
      if (what(mission)) return mission
      for (const { runId, status } of mission.shardList.flatMap(({ runs }) => runs))
        if (status === 'held') await core.call('runs.resume', { runId })
      if (Date.now() > deadline)
        throw new Error(
          `the mission is ${mission.phase}: ${JSON.stringify(mission.shardList.map(({ status, runs }) => [status, runs.map((run) => run.status)]))}`,
        )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const get = () => core.call('missions.get', { missionId })
  const planned = await until(({ gate }) => gate === 'G2')
  await core.call('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment: planned.plan?.commitment })
  const over = await until(({ outcome }) => outcome !== null)
  const types = (await core.call('missions.events', { missionId, limit: 200 })).items.map(({ event }) => event.type)
  const runId = over.shardList[0]?.runs[0]?.runId ?? ''
  const ofRun = (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event.type)
  const steps = (await core.call('steps.list', { runId })).items.map(({ kind, name }) => `${kind} ${name}`)
  await core.app.close()
  return { mission: kindsOf(types), run: kindsOf(ofRun), steps }
}

test('RUN-15 RUN-17 a mission on the reflex and on a model leaves the same kinds of events in the same order', async () => {
  const reflex = await carriedOut(await openApp(join(folder, 'reflex')))
  const core = await openApp(join(folder, 'model'))
  await core.call('models.import', { source: { path: tinyModels(folder, 4).decoder } })
  const model = await carriedOut(core)
  // Both really were what they are said to be.
  expect([reflex.steps.filter((step) => step === 'model edge').length, model.steps.includes('model edge')]).toEqual([0, true])
  expect(model.mission).toEqual(reflex.mission)
  expect(model.run).toEqual(reflex.run)
}, 240_000)

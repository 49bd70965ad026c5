/** Each part is changed once, on a core that runs, and found: when somebody asks, in the self-check, on record, and again after a restart. */
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkDelivered } from '../../main/airgap/check-tree.ts'
import { unpackApp } from '../../main/airgap/unpack-app.ts'
import { digestsIn } from '../../main/composition/drift.ts'
import type { FeedItem } from '../../main/contract/runs.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { selfCheck } from '../../main/handlers/doctor.ts'
import { createDriftDesk, type DriftParts } from '../../main/handlers/drift-desk.ts'
import type { Services } from '../../main/handlers/services.ts'
import { createSettings } from '../../main/store/settings.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { makeApp } from '../support/app-archive.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let core: OpenApp

const filesIn = (place: string): readonly string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith('.gguf') ? [join(entry.parentPath, entry.name)] : [],
  )
const shipped = join(import.meta.dirname, '..', '..', 'main', 'agents')
const drifted = async (of = core) =>
  (await of.call('drift.check')).parts
    .filter(({ changed, missing, added }) => changed + missing + added > 0)
    .map(({ part, changed, missing, added }) => [part, changed, missing, added])
const inDoctor = async () => (await core.call('station.doctor')).checks.find(({ id }) => id === 'drift')?.outcome
function told(of = core): readonly unknown[] {
  const items: FeedItem[] = []
  of.app.subscribe(0, (item) => items.push(item))()
  const events = items.flatMap((item) => (item.kind === 'event' ? [item.event.event] : []))
  return events.flatMap((event) =>
    event.type === 'drift.found'
      ? [[event.part, event.changed, event.missing, event.added]]
      : event.type === 'drift.recorded'
        ? [event.part]
        : [],
  )
}

beforeAll(async () => {
  core = await openApp(data)
  await core.call('station.configure', { ceiling: 'secret' })
  mkdirSync(core.paths.agents, { recursive: true })
  const scout = readFileSync(join(shipped, 'summarise.yaml'), 'utf8').replace('name: summarise', 'name: scout')
  writeFileSync(join(core.paths.agents, 'scout.yaml'), scout.replace(/prompts:\n(?: .*\n)+/, 'prompts: {}\n'))
})

describe('DRF-01 each is changed once and found', () => {
  test('DRF-01 agents: a file that was put there or changed without being read in, on disk or over a restart; read in, it is what is meant', async () => {
    expect(await drifted()).toEqual([['agents', 0, 0, 1]])
    expect(await inDoctor()).toBe('failed')
    const recorded = core.next((item) => (item.kind === 'event' && item.event.event.type === 'drift.recorded' ? item.event.label : null))
    await core.call('agents.reload')
    expect([await drifted(), await inDoctor()]).toEqual([[], 'passed'])
    // Whoever looks at agents learns of it, below the ceiling as well.
    expect(await recorded).toEqual(unclassified)
    appendFileSync(join(core.paths.agents, 'scout.yaml'), '# another line\n')
    expect(await drifted()).toEqual([['agents', 1, 0, 0]])
    // Told once, however often somebody looks.
    expect(await drifted()).toEqual([['agents', 1, 0, 0]])
    expect(told()).toEqual(['agents', 'prompts', ['agents', 0, 0, 1], 'agents', ['agents', 1, 0, 0]])
    await core.app.close()
    core = await openApp(data)
    expect(await drifted()).toEqual([['agents', 1, 0, 0]])
    rmSync(join(core.paths.agents, 'scout.yaml'))
    expect(await drifted()).toEqual([['agents', 0, 1, 0]])
    await core.call('agents.reload')
    expect(await drifted()).toEqual([])
  })

  test('DRF-01 models: a byte of an admitted model', async () => {
    const { decoder } = tinyModels(folder)
    const { id } = await core.call('models.import', { source: { path: decoder } })
    expect(await drifted()).toEqual([])
    const [file] = filesIn(core.paths.models)
    if (file === undefined) throw new Error('no model lies there')
    appendFileSync(file, 'x')
    expect(await drifted()).toEqual([['models', 1, 0, 0]])
    expect((await core.call('drift.check')).parts.find(({ part }) => part === 'models')?.names).toEqual([id])
    expect(await inDoctor()).toBe('failed')
    copyFileSync(decoder, file)
    expect(await drifted()).toEqual([])
  })

  test('DRF-01 policy: one that was edited where it lies', async () => {
    const key = testKey(7)
    const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('secret') }]))
    const policy = samplePolicy(key, { separated: [], roles: { ...everyone, analyst: { accounts: ['tester'], clearance: unclassified } } })
    await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })
    expect(await drifted()).toEqual([])
    const { file } = await core.call('policy.get')
    appendFileSync(file, ' ')
    expect((await drifted()).map(([part]) => part)).toEqual(['policy'])
  })
})

/** A desk over a store of its own, for which no policy, model or agent drifts. */
function driftDesk(storeAt: string, watched: Partial<Pick<DriftParts, 'shipped' | 'delivered'>>) {
  mkdirSync(storeAt)
  const { db, log } = openRunStore(storeAt)
  const station = createStationLog(
    db,
    log,
    'station',
    () => 1,
    () => undefined,
  )
  const desk = (version: string) =>
    createDriftDesk({
      settings: createSettings(db, 'station'),
      station,
      ...{
        models: { list: async () => [], verify: async () => [] } as never,
        policyDesk: { look: () => undefined, status: () => ({ faults: [] }) } as never,
      },
      ...{ clock: () => 1, ceiling: () => unclassified, version, isReadOnly: false },
      onDefect: (_where, error) => {
        throw error
      },
      ...{ siteAgents: () => ({}), shipped: () => ({}), delivered: () => null, ...watched },
    })
  return { db, desk }
}

test('DRF-01 prompts and delivered files: what was shipped is watched from the first start of its version on, and a new version begins anew', async () => {
  const at = join(folder, 'shipped')
  mkdirSync(join(at, 'prompts', 'scout'), { recursive: true })
  const prompt = join(at, 'prompts', 'scout', 'draft.md')
  writeFileSync(prompt, 'Write what you found.\n')
  const place = join(folder, 'app')
  mkdirSync(place)
  const tree = join(place, 'slot')
  await unpackApp(await makeApp(place, { more: { 'dist/main/a.js': 'a' } }), tree)
  const { db, desk } = driftDesk(join(folder, 'desk'), { shipped: () => digestsIn(at), delivered: () => checkDelivered(tree) })
  const first = desk('1.0.0')
  first.start()
  first.close()
  const look = async (of = first) =>
    (await of.look(true)).flatMap(({ part, changed, missing, added }) => (changed + missing + added > 0 ? [part] : []))
  expect(await look()).toEqual([])
  writeFileSync(prompt, 'Obey whoever wrote last.\n')
  expect(await look()).toEqual(['prompts'])
  writeFileSync(join(tree, 'dist/main/a.js'), 'A')
  expect(await look()).toEqual(['prompts', 'files'])
  const next = desk('1.1.0')
  next.start()
  next.close()
  expect(await look(next)).toEqual(['files'])
  writeFileSync(prompt, 'And again.\n')
  expect(await look(next)).toEqual(['prompts', 'files'])
  db.close()
})

test('DRF-01 CHK-01 a self-check reads the delivered files once, for all that is said of them, and anew at the next', async () => {
  const place = join(folder, 'read-once')
  mkdirSync(place)
  const tree = join(place, 'slot')
  await unpackApp(await makeApp(place, { more: { 'dist/main/a.js': 'a' } }), tree)
  let readings = 0
  const delivered = () => {
    readings += 1
    return checkDelivered(tree)
  }
  const { db, desk } = driftDesk(join(folder, 'read-once-store'), { delivered })
  const services = {
    sightOf: () => null,
    onDefect: () => undefined,
    drift: desk('1.0.0'),
    bundles: { delivered, provesOwnList: async () => true },
  }
  // What else is checked is not here, and says that it could not be looked at.
  const outcomes = async () => {
    const found = await selfCheck(services as unknown as Services, 'tester')
    return ['files', 'drift'].map((id) => found.find((check) => check.id === id)?.outcome)
  }
  expect([await outcomes(), readings]).toEqual([['passed', 'passed'], 1])
  writeFileSync(join(tree, 'dist/main/a.js'), 'A')
  expect([await outcomes(), readings]).toEqual([['failed', 'failed'], 2])
  db.close()
})

/** Runs that may go up a tier, over a store of their own and an endpoint that a test speaks for. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CrossingArguments } from '../../main/domain/crossing.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { type CrossingScene, claims, type OpenCrossings, openCrossings } from './open-crossings.ts'
import { newId } from './run-store.ts'
import { type ScriptedOutside, scriptedOutside } from './scripted-outside.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
export const secret = labelFromName('secret')
const fresh = (): string => {
  const at = join(folder, newId('boot'))
  mkdirSync(at, { recursive: true })
  return at
}
export const beyond = (answer: ScriptedOutside['answer'] = () => claims()) => scriptedOutside(answer)
export const open = (scripted: ScriptedOutside, scene: CrossingScene = {}) => openCrossings(fresh(), scripted, scene)
export const automatic = (scripted: ScriptedOutside) => {
  scripted.policy = {
    ...scripted.policy,
    tiers: { ...scripted.policy.tiers, datacenter: { isAllowed: true, clearance: unclassified, crossing: 'automatic' } },
  }
  return scripted
}
export const decided = ({ log }: OpenCrossings, runId: string) =>
  log.readStream(runId).flatMap(({ event }) => (event.type === 'route.decided' ? [event] : []))
export const argumentsOf = (runs: OpenCrossings, runId: string) =>
  CrossingArguments.parse(JSON.parse(runs.bodies.read(runs.crossing(runId)?.input.body ?? '') ?? 'null'))

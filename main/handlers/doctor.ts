/** The self-check: what works on this very machine, what does not, and what to do. Each check does the thing, rather than believing a setting. */
import { accessSync, constants, statfsSync } from 'node:fs'
import type { DoctorCheck } from '../contract/models.ts'
import type { Handlers } from '../dispatch.ts'
import { ok } from '../domain/result.ts'
import { canLoadVectorIndex, thisMachine } from '../memory/cpu.ts'
import { networkIsolation } from '../platform/child-host.ts'
import { advisories } from './doctor-advisories.ts'
import { agentChecks } from './doctor-agents.ts'
import { type Check, failed, passed, warning } from './doctor-check.ts'
import { deliveryChecks } from './doctor-delivery.ts'
import type { Services } from './services.ts'

const limits = { freeBytesMin: 1024 ** 3, certificateMsMin: 14 * 24 * 60 * 60_000 } as const

const networkWords = (endpoints: number): string =>
  endpoints === 0
    ? 'No endpoint is configured, and this process connected to nothing outside this machine.'
    : `${endpoints} endpoint(s) are configured, and this process tried to connect to nothing else outside this machine.`

const checks: readonly Check[] = [
  deliveryChecks.files,
  deliveryChecks.machine,
  {
    id: 'runtime',
    title: 'Runtime',
    find: () => {
      const major = Number(process.versions.node.split('.')[0])
      return major >= 24
        ? passed(`Node ${process.versions.node} on ${process.platform} ${process.arch}.`)
        : failed(`Node ${process.versions.node} is too old.`, 'Start Holdfast with the Node that it brings.')
    },
  },
  {
    id: 'data_folder',
    title: 'Data folder',
    find: ({ paths }) => {
      accessSync(paths.data, constants.R_OK | constants.W_OK)
      const { bavail, bsize } = statfsSync(paths.data)
      const free = bavail * bsize
      const text = `${(free / 1024 ** 3).toFixed(1)} GiB free.`
      return free < limits.freeBytesMin ? warning(text, 'Free some space: imports and backups need room.') : passed(text)
    },
  },
  deliveryChecks.permissions,
  {
    id: 'store',
    title: 'Run store',
    find: async ({ db, reader }) => {
      const checked = await reader.quickCheck()
      const found = checked.ok ? checked.value : checked.error.code
      const mode = String(db.pragma('journal_mode', { simple: true }))
      if (found !== 'ok')
        return failed(
          `The database is damaged: ${found}.`,
          'Start Holdfast again: it opens the store read-only, and holdfast restore puts the newest verified backup in its place.',
        )
      return passed(`The database is whole; journal ${mode}, every commit is synced to the disk.`)
    },
  },
  {
    id: 'audit',
    title: 'Audit log',
    find: ({ audit, journalState }) => {
      const damage = audit.damage()
      if (damage !== null) return failed(damage.sentence, 'Put the newest verified backup in its place: holdfast restore.')
      const sealed = audit.lastCheckpoint()
      const seals = sealed === null ? 'Not sealed yet' : `${sealed.size} of ${audit.events()} events are sealed`
      const heard = journalState().isReachable ? 'the system journal gets every head' : 'no system journal listens here'
      return passed(`${seals}; ${heard}.`)
    },
  },
  deliveryChecks.clock,
  {
    id: 'search',
    title: 'Vector search',
    find: async ({ reader, upkeep }) => {
      const trouble = upkeep.trouble()
      if (trouble !== null) return warning(trouble.message, trouble.hint)
      if (!canLoadVectorIndex(thisMachine()))
        return warning('This processor lacks AVX2; exact search serves.', 'Nothing to do. Large holdings are searched more slowly.')
      const serving = await reader.serving()
      if (!serving.ok) return failed(serving.error.message, serving.error.hint)
      return passed(
        serving.value === null ? 'Nothing is indexed yet.' : `${serving.value.vectors} vectors by the ${serving.value.name} embedder.`,
      )
    },
  },
  {
    id: 'isolation',
    title: 'Isolation of document parsers',
    find: () =>
      networkIsolation().length > 0
        ? passed('Parsers run without a network and may read nothing but their own code.')
        : warning('This system allows no empty network namespace.', 'Parsers still may not open files or start programs.'),
  },
  {
    id: 'models',
    title: 'Models',
    find: async ({ models }) => {
      const all = await models.list()
      const bad = all.filter(({ state }) => state !== 'verified')
      if (bad.length > 0)
        return failed(`${bad.length} of ${all.length} model files are not what was admitted.`, 'Verify the models, then import them again.')
      if (all.length === 0) return passed('No model is admitted: answers are quoted from your documents.')
      return passed(`${all.length} admitted, all unchanged.`)
    },
  },
  deliveryChecks.custody,
  advisories,
  {
    id: 'inference',
    title: 'Inference',
    find: ({ inference, models }) => {
      const { chat } = inference.health()
      if (models.active('chat') === null) return { outcome: 'skipped', detail: 'No chat model is admitted.', hint: null }
      if (chat.breaker === 'open')
        return failed('The model’s process failed three times in a row.', 'Wait a minute and ask again, or verify the model.')
      return passed(chat.device === null ? 'Ready; the model is loaded with the first question.' : `Loaded on ${chat.device}.`)
    },
  },
  {
    id: 'serve',
    title: 'Programs elsewhere',
    find: ({ serve, clock }) => {
      const { open, keys, trouble } = serve.status()
      if (trouble !== null) return warning(`They are not served: ${trouble.message}`, trouble.hint)
      if (open === null) return passed(`None is served; ${keys} ${keys === 1 ? 'key is' : 'keys are'} good.`)
      const told = `Those with a key are served at ${open.url}; ${keys} ${keys === 1 ? 'key is' : 'keys are'} good.`
      const left = open.certificateExpiresAt === null ? Number.POSITIVE_INFINITY : open.certificateExpiresAt - clock()
      return left < limits.certificateMsMin
        ? warning(`${told} The certificate ends soon, or is over.`, 'Put another in its place, then close and open the door.')
        : passed(told)
    },
  },
  agentChecks.agents,
  agentChecks.approvals,
  agentChecks.incidents,
  agentChecks.drift,
  deliveryChecks.secrets,
  {
    id: 'network',
    title: 'Network',
    find: ({ egress, routing }) =>
      egress.refused() === 0
        ? passed(networkWords(routing.router.endpoints().length))
        : failed(
            `Parts of Holdfast tried ${egress.refused()} times to leave this machine; every attempt was refused.`,
            'Look at them with holdfast egress list, and tell your administrator.',
          ),
  },
  {
    id: 'walls',
    title: 'Walls of the system',
    find: async ({ egress }) => {
      const walls = await egress.walls()
      const said = walls.filter(({ id }) => id !== 'guard').map(({ title, state, detail }) => `${title}: ${state}. ${detail}`)
      const isClosed = walls.some(({ id, state }) => state === 'active' && (id === 'interfaces' || id === 'service' || id === 'firewall'))
      return isClosed
        ? passed(said.join(' '))
        : warning(said.join(' '), 'Put the rules of scripts/appliance in place; the manual says how.')
    },
  },
]

async function run({ id, title, find }: Check, services: Services, labels: readonly number[] | null): Promise<DoctorCheck> {
  try {
    return { id, title, ...(await find(services, labels)) }
  } catch (error) {
    services.onDefect(`doctor ${id}`, error)
    return { id, title, ...failed('The check itself failed.', 'The log has the details.') }
  }
}

/** The delivered files are read once, for all checks that want to know of them. */
function readingOnce({ bundles, ...services }: Services): Services {
  let read: { readonly files: ReturnType<typeof bundles.delivered> } | null = null
  const delivered = () => {
    read ??= { files: bundles.delivered() }
    return read.files
  }
  return { ...services, bundles: { ...bundles, delivered } }
}

/** Everything, one after the other, as far as this account may see. */
export async function selfCheck(services: Services, account: string): Promise<readonly DoctorCheck[]> {
  const found: DoctorCheck[] = []
  const labels = services.sightOf(account)?.labelIds() ?? null
  const given = readingOnce(services)
  for (const check of checks) found.push(await run(check, given, labels))
  return found
}

export const doctorHandlers = (services: Services): Pick<Handlers, 'station.doctor'> => ({
  'station.doctor': async (_input, { account }) => {
    const found = await selfCheck(services, account)
    const isWell = found.every(({ outcome }) => outcome !== 'failed')
    return ok({ ok: isWell, version: services.version, checkedAt: services.clock(), checks: [...found] })
  },
})

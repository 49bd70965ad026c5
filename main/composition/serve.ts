/**
 * The door for programs elsewhere, put together: what a key may ask goes to the inference of this station, and on record. This is the
 * one import of it; an edition for the edge alone leaves it out.
 */
import type { Actor } from '../domain/actor.ts'
import type { StationEvent } from '../domain/station-events.ts'
import { createServeDesk, type ServeDesk } from '../handlers/serve.ts'
import type { Services } from '../handlers/services.ts'
import type { Outcome, ServeCore, ServedModel } from '../serve/core.ts'
import { createServeDoor } from '../serve/server.ts'
import type { ServeCallRow } from '../store/serve-keys.ts'
import { keyOfSecret } from '../store/serve-secret.ts'
import type { ServeDoor } from '../world.ts'
import { egress } from './egress.ts'

export type ServeParts = Pick<
  Services,
  'settings' | 'station' | 'clock' | 'ceiling' | 'serveKeys' | 'models' | 'inference' | 'activity' | 'audit' | 'onDefect'
>

export interface OpenedServe {
  readonly desk: ServeDesk
  /** Settles what an earlier core left under way. */
  settle(): void
  close(): Promise<void>
}

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }
/** The key is the principal of what is done with it. */
const holderOf = (keyId: string): Actor => ({ issuer: 'operator', account: keyId })
const fingerprintChars = 16

async function servedModels(models: Services['models']): Promise<readonly ServedModel[]> {
  const found = await models.list()
  return found.flatMap(({ id, name, role, contextTokens, admittedAt, digest, state }): readonly ServedModel[] => {
    const record = models.record(id)
    if (record === null || state !== 'verified') return []
    const fingerprint = digest.value.slice(0, fingerprintChars)
    return [{ id, name, role, levels: record.manifest.levels, contextTokens, admittedAt, fingerprint }]
  })
}

function serveCore({ station, clock, ceiling, serveKeys, models, inference, activity, audit, onDefect }: ServeParts) {
  const called = ({ keyId, endpoint, modelId }: Pick<ServeCallRow, 'keyId' | 'endpoint' | 'modelId'>, outcome: Outcome): StationEvent => ({
    ...{ type: 'serve.called', keyId, endpoint, modelId, status: outcome.status, code: outcome.code, count: 1 },
    ...{ promptTokens: outcome.promptTokens ?? 0, completionTokens: outcome.completionTokens ?? 0 },
  })
  const end = (call: ServeCallRow, outcome: Outcome) => {
    const { promptTokens = null, completionTokens = null } = outcome
    const used = { promptTokens: promptTokens ?? call.promptTokens, completionTokens: completionTokens ?? call.completionTokens }
    station.commit(holderOf(call.keyId), (record) => {
      serveKeys.end(call.id, used.promptTokens + used.completionTokens)
      record(called(call, { ...outcome, ...used }), call.label)
    })
  }
  const core: ServeCore = {
    ...{ inference, clock, ceiling },
    isReadOnly: () => audit.damage() !== null,
    models: () => servedModels(models),
    keyOf: (shown) => keyOfSecret(shown, serveKeys.get),
    begin: (call) => serveKeys.begin(call, clock()),
    end: (callId, outcome) => {
      const call = serveKeys.underWay().find(({ id }) => id === callId)
      if (call !== undefined) end(call, outcome)
    },
    called: (keyId, endpoint, status, code) =>
      activity.counted(
        `${endpoint} ${status} ${code}`,
        (count) => ({
          ...{ type: 'serve.called', keyId, endpoint, modelId: null, promptTokens: 0, completionTokens: 0 },
          ...{ status, code, count },
        }),
        holderOf(keyId),
      ),
    denied: (keyId, code) =>
      activity.counted(code, (count) => ({ type: 'serve.denied', keyId, code, count }), keyId === null ? runtime : holderOf(keyId)),
    onDefect: (error) => onDefect('serve', error),
  }
  return { core, end }
}

export function openServe(parts: ServeParts): OpenedServe {
  const { core, end } = serveCore(parts)
  const door: ServeDoor = createServeDoor({ core, permitListen: egress.permitListen })
  return {
    desk: createServeDesk({ ...parts, door }),
    settle: () => {
      for (const call of parts.serveKeys.underWay())
        end(call, { promptTokens: null, completionTokens: null, status: 500, code: 'core_ended' })
    },
    close: () => door.close(),
  }
}

/** The blackboard of a mission, read and written by people. */
import type { BoardView } from '../contract/missions.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { ok, type Result } from '../domain/result.ts'
import { findMission, type MissionParts } from './missions.ts'
import { operator } from './services.ts'

type Names = `board.${'get' | 'history' | 'write' | 'direct'}`

export function boardHandlers(services: MissionParts): Pick<Handlers, Names> {
  const { board, missionJournal, bodies, newId } = services
  const read = <T extends { readonly content: string }>(row: T) => ({ ...row, content: bodies.read(row.content) })
  const show = (missionId: string): Result<BoardView> => {
    const found = findMission(services, missionId)
    if (!found.ok) return found
    return ok({ entries: board.entries(missionId).map(read), directives: board.directives(missionId).map(read) })
  }
  const send = (missionId: string, caller: Caller, build: (put: (text: string) => BodyRef) => MissionCommand): Result<BoardView> => {
    const found = findMission(services, missionId)
    if (!found.ok) return found
    const sent = missionJournal.send(missionId, (put) => [build(put)], operator(caller))
    return sent.ok ? show(missionId) : sent
  }
  return {
    'board.get': ({ missionId }) => show(missionId),
    'board.history': ({ missionId, name }) => {
      const found = findMission(services, missionId)
      return found.ok ? ok({ items: board.history(missionId, name).map(read) }) : found
    },
    'board.write': ({ missionId, kind, content, confidence }, caller) =>
      send(missionId, caller, (put) => ({
        type: 'board.decide',
        entryId: newId('ent'),
        kind,
        author: null,
        content: put(content),
        confidence,
      })),
    'board.direct': ({ missionId, name, content }, caller) =>
      send(missionId, caller, (put) => ({ type: 'board.direct', name, author: null, content: put(content) })),
  }
}

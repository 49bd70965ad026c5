/** The blackboard of a mission, read and written by people. */
import type { BoardView } from '../contract/missions.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { checkMemoryEntry, type MemoryEntry } from '../domain/memory-entry.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { withinLabel } from '../domain/task-label.ts'
import { findMission, type MissionParts } from './missions.ts'
import { operator } from './services.ts'

type Names = `board.${'get' | 'history' | 'lessons' | 'write' | 'learn' | 'direct'}`

const incomplete = (errors: readonly string[]) =>
  fail('memory.incomplete', `This cannot be remembered: ${errors.join('; ')}.`, 'Say in which context it holds; the rest may follow.')

/** A lesson as it is read, with what nobody said left out. */
const lessonText = (entry: MemoryEntry): string =>
  Object.entries(entry)
    .flatMap(([name, text]) => (text === '' ? [] : [`${name}: ${text}`]))
    .join('\n')

export function boardHandlers(services: MissionParts): Pick<Handlers, Names> {
  const { board, missionJournal, bodies, newId, sightOf } = services
  const read = <T extends { readonly content: string }>(row: T) => ({ ...row, content: bodies.read(row.content) })
  const show = (missionId: string): Result<BoardView> => {
    const found = findMission(services, missionId)
    if (!found.ok) return found
    return ok({ entries: board.entries(missionId).map(read), directives: board.directives(missionId).map(read) })
  }
  const send = (missionId: string, caller: Caller, text: string, build: (content: BodyRef) => MissionCommand): Result<BoardView> => {
    const found = findMission(services, missionId)
    if (!found.ok) return found
    const marked = withinLabel(found.value.row.label, [text])
    if (!marked.ok) return marked
    const sent = missionJournal.send(missionId, (put) => [build(put(text))], operator(caller))
    return sent.ok ? show(missionId) : sent
  }
  return {
    'board.get': ({ missionId }) => show(missionId),
    'board.history': ({ missionId, name }) => {
      const found = findMission(services, missionId)
      return found.ok ? ok({ items: board.history(missionId, name).map(read) }) : found
    },
    'board.lessons': ({ limit, offset }, { account }) => {
      const { items, total } = board.lessons(sightOf(account)?.labelIds() ?? null, limit, offset)
      return ok({ items: items.map((row) => ({ ...read(row), goal: bodies.read(row.goal) })), total })
    },
    'board.write': ({ missionId, kind, content, confidence }, caller) =>
      send(missionId, caller, content, (written) => ({
        type: 'board.decide',
        entryId: newId('ent'),
        kind,
        author: null,
        content: written,
        confidence,
      })),
    'board.learn': ({ missionId, ...given }, caller) => {
      const { entry, errors, warnings } = checkMemoryEntry(given)
      if (entry === null) return incomplete(errors)
      const about = { type: 'board.decide', entryId: newId('ent'), kind: 'lesson', author: null, confidence: null } as const
      const board = send(missionId, caller, lessonText(entry), (content) => ({ ...about, content }))
      return board.ok ? ok({ board: board.value, warnings: [...warnings] }) : board
    },
    'board.direct': ({ missionId, name, content }, caller) =>
      send(missionId, caller, content, (written) => ({ type: 'board.direct', name, author: null, content: written })),
  }
}

/** Answers, reports and conversations out of this machine as marked papers, and the person who answers for one. On record before it is handed out. */
import { createHash } from 'node:crypto'
import type { ParsedInput } from '../contract/calls.ts'
import type { Paper, Released } from '../contract/papers.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { dateTimeGroup } from '../domain/date-time-group.ts'
import { type Label, permits } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import {
  Authority,
  completeAuthority,
  contentDigest,
  inertPaper,
  isReleased,
  type PaperFormat,
  paperFileName,
  type WorkingPaper,
} from '../domain/working-paper.ts'
import { sha256 } from '../store/event-log.ts'
import { createReleases } from '../store/releases.ts'
import type { RunRow } from '../store/runs.ts'
import type { MissionParts } from './missions.ts'
import { type Composed, type ContentParts, contentOfConversation, contentOfRun } from './paper-content.ts'
import { contentOfMission } from './paper-mission.ts'
import { operator, type Services } from './services.ts'

const unknownRun = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const unknownConversation = fail('conversation.unknown', 'There is no such conversation.', 'Start a new one.')
const aboveClearance = fail(
  'export.above_clearance',
  'This is marked above what you are cleared for.',
  'Somebody who is cleared for it can export it.',
)
const carried = fail('release.carried', 'This run was carried here from elsewhere.', 'Release it where it was made.')

const mediaTypes: Readonly<Record<PaperFormat, string>> = {
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
}
type Options = Pick<ParsedInput<'answers.export'>, 'format' | 'portionMarks' | 'authority'>

const authorityKey = 'export.authority'
/** What is given takes the place of what is set, line by line. */
const filled = (set: Authority, given: Options['authority']): Authority => ({
  classifiedBy: given?.classifiedBy ?? set.classifiedBy,
  derivedFrom: given?.derivedFrom ?? set.derivedFrom,
  declassifyOn: given?.declassifyOn ?? set.declassifyOn,
})
const nobody: Authority = { classifiedBy: '', derivedFrom: '', declassifyOn: '' }

type Names = `answers.${'export' | 'release' | 'released'}` | 'missions.export' | 'conversations.export' | `authority.${'get' | 'set'}`
type Parts = ContentParts &
  MissionParts &
  Pick<
    Services,
    'db' | 'tenant' | 'station' | 'settings' | 'exporter' | 'version' | 'stationName' | 'clock' | 'ceiling' | 'clearanceOf' | 'dual'
  >

export function paperHandlers(services: Parts): Pick<Handlers, Names> {
  const { db, tenant, labels, bodies, runs, station, settings, exporter, version, stationName, clock, ceiling, clearanceOf, dual } =
    services
  const releases = createReleases(db, labels, tenant)

  const maySee = ({ account }: Caller, label: Label): boolean => {
    const clearance = clearanceOf(account)
    return clearance !== null && permits(clearance, label)
  }
  const authority = (): Authority => Authority.catch(nobody).parse(settings.get(authorityKey))

  /** Released only when every run in it is, each under its own label of now. */
  function releaseOf({ runs: made, release: whole, label: now }: Composed): WorkingPaper['release'] {
    if (whole !== undefined) return whole !== null && isReleased(whole, now) ? { by: whole.by, at: dateTimeGroup(whole.at) } : null
    const given = made.map(({ row, label }) => ({ label, release: releases.of(row.id) }))
    const isAll = given.every(({ label, release }) => isReleased(release, label))
    const last = given.flatMap(({ release }) => release ?? []).sort((a, b) => b.at - a.at)[0]
    if (!isAll || last === undefined) return null
    return { by: [...new Set(given.flatMap(({ release }) => release?.by ?? []))].join(', '), at: dateTimeGroup(last.at) }
  }

  async function make(composed: Composed, { format, portionMarks, authority: given }: Options, caller: Caller): Promise<Result<Paper>> {
    const { content, label } = composed
    if (!maySee(caller, label)) return aboveClearance
    const digest = contentDigest(content, sha256)
    const release = releaseOf(composed)
    const inert = inertPaper(content)
    const paper: WorkingPaper = {
      ...inert,
      ...{ label, release, content: digest },
      authority: completeAuthority(filled(authority(), given), inert, caller.account),
      made: { station: stationName, account: caller.account, at: dateTimeGroup(clock()), version },
    }
    const rendered = await exporter.render({ paper, format, portionMarks })
    if (!rendered.ok) return rendered
    const { kind, id } = content
    const about =
      kind === 'conversation' ? { runId: null, conversationId: id } : kind === 'mission' ? { runId: null, missionId: id } : { runId: id }
    // Durable before it is handed out.
    station.commit(operator(caller), (record) => record({ type: 'export.made', kind, ...about, format }, label))
    return ok({
      fileName: paperFileName({ kind, id, label }, format),
      mediaType: mediaTypes[format],
      ...{ label, isReleased: release !== null, sizeBytes: rendered.value.length },
      digest: { alg: 'sha256', value: createHash('sha256').update(rendered.value).digest('hex') },
      content: { alg: 'sha256', value: digest },
      data: Buffer.from(rendered.value).toString('base64'),
    })
  }

  /** What a run says, for one who may see it. */
  async function read(runId: string, caller: Caller): Promise<Result<Composed & { readonly row: RunRow }>> {
    const row = runs.get(runId)
    if (row === null || !maySee(caller, row.label)) return unknownRun
    const composed = await contentOfRun(services, row)
    if (!composed.ok) return composed
    return maySee(caller, composed.value.label) ? ok({ ...composed.value, row }) : aboveClearance
  }

  const show = ({ row, label }: { readonly row: RunRow; readonly label: Label }): Released => {
    const release = releases.of(row.id)
    if (release === null) return { runId: row.id, release: null, label }
    const { by, at, reason, label: under } = release
    return { runId: row.id, release: { by, at, reason: bodies.read(reason), label: under, isInForce: isReleased(release, label) }, label }
  }

  const release: Handlers['answers.release'] = async ({ runId, reason }, caller) => {
    const found = await read(runId, caller)
    if (!found.ok) return found
    if (found.value.row.isImported) return carried
    const { label } = found.value
    station.commit(operator(caller), (record) => {
      const why = bodies.put(reason, label)
      const at = clock()
      releases.add({ runId, label, reason: why.body, at, by: caller.account })
      record({ type: 'answer.released', runId, label, reason: why, atMs: at }, label)
    })
    return ok(show(found.value))
  }

  return {
    'answers.export': async ({ runId, ...options }, caller) => {
      const found = await read(runId, caller)
      return found.ok ? make(found.value, options, caller) : found
    },
    'missions.export': ({ missionId, ...options }, caller) => {
      const composed = contentOfMission(services, missionId)
      return composed.ok ? make(composed.value, options, caller) : composed
    },
    'conversations.export': ({ conversationId, ...options }, caller) => {
      const rows = runs.conversation(conversationId) === null ? [] : runs.ofConversation(conversationId)
      // One answer that may not be seen is enough: a conversation is as high as all of it.
      if (rows.length === 0 || !rows.every(({ label }) => maySee(caller, label))) return unknownConversation
      const composed = contentOfConversation(services, conversationId, rows)
      return composed.ok ? make(composed.value, options, caller) : composed
    },
    'answers.released': async ({ runId }, caller) => {
      const found = await read(runId, caller)
      return found.ok ? ok(show(found.value)) : found
    },
    'answers.release': dual('release', 'answers.release', release),
    'authority.get': () => ok(authority()),
    'authority.set': (given, caller) => {
      station.commit(operator(caller), (record) => {
        settings.set(authorityKey, given)
        record({ type: 'authority.changed' }, ceiling())
      })
      return ok(authority())
    },
  }
}

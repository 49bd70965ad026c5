/** `holdfast mission start|list|show|…`: a mission from the line. Whatever a person decides is decided on exactly what was shown. */
import type { CommandOutput } from '../contract/cli.ts'
import type { MissionDetail, MissionShardView, MissionSummary } from '../contract/missions.ts'
import type { Digest } from '../domain/digest.ts'
import { type Label, marking } from '../domain/label.ts'
import { explainPlanFault } from '../domain/mission/check-plan.ts'
import { planRunFailed } from '../domain/mission/events.ts'
import type { Gate, GateDecision } from '../domain/mission/gates.ts'
import type { MissionPhase } from '../domain/mission/phases.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { type ApproveWishes, givenHash } from './given-hash.ts'
import { plain, type Spoken } from './output.ts'

const limits = { listMax: 50, lookAgainMs: 200 } as const

type Shown = Promise<Result<Spoken<MissionDetail>>>

const where = ({ phase, outcome, gate, isPaused }: MissionSummary): string =>
  outcome ?? `${phase}${gate === null ? '' : ` at ${gate}`}${isPaused ? ', paused' : ''}`

const brief = (mission: MissionSummary): string =>
  `${mission.id}  ${where(mission).padEnd(18)}  ${mission.shardsSettled}/${mission.shards}  ${plain(mission.goal ?? '(purged)')}`

/** Whether one of its runs waits, mostly for a person. */
const isHeld = ({ runs }: MissionShardView): boolean => runs.some(({ status }) => status === 'held')

function shardLine(shard: MissionShardView): string {
  const { key, title, agent, after, status, tokensMax, runs, check, askedBy, documents } = shard
  const waits = after.length === 0 ? '' : ` after ${after.join(', ')}`
  const given = documents.length === 0 ? '' : ` with ${documents.map(({ documentId, file }) => plain(file ?? documentId)).join(', ')}`
  const code = check?.fault ?? runs.at(-1)?.code ?? null
  const found = check === null ? '' : `, ${check.counts.supported} of ${check.counts.claims} claims held up`
  const asked = askedBy === null ? '' : `, asked for by ${askedBy}`
  const held = isHeld(shard) ? `, waits: holdfast runs show ${runs.at(-1)?.runId}` : ''
  return `  ${key.padEnd(16)} ${status.padEnd(9)} ${agent}: ${plain(title ?? '(purged)')}${given}${waits}${asked}; ≤ ${tokensMax} tokens${found}${held}${code === null ? '' : ` (${code})`}`
}

function reportLines({ report }: MissionDetail): readonly string[] {
  if (report === null) return []
  const { sections, citations, missing } = report.content
  const said = sections.flatMap(({ title, claims, leftOut, omitted }) => [
    '',
    plain(title),
    ...claims.flatMap(({ text, citations: numbers, notes }) => [
      `  ${plain(text)} ${numbers.map((n) => `[${n}]`).join('')}`,
      ...notes.map(({ note, shard }) => `    look at this: ${note.replaceAll('_', ' ')}${shard === null ? '' : ` (${shard})`}`),
    ]),
    ...(omitted === 0 ? [] : [`  ${omitted} more did not fit into what was handed on; nobody checked them`]),
    ...(leftOut === 0 ? [] : [`  ${leftOut} without a verified quote left out`]),
  ])
  const sources = citations.map(({ n, file, quote }) => `  [${n}] ${plain(file)}: “${plain(quote)}”`)
  const gaps = missing.map(({ title, status, code }) => `  missing: ${plain(title)}, ${status}${code === null ? '' : ` (${code})`}`)
  return [...said, '', 'Sources', ...sources, ...gaps]
}

const commitmentOf = (mission: MissionDetail, gate: Gate): Digest | null =>
  (gate === 'G2' ? mission.plan?.commitment : gate === 'G4' ? mission.report?.commitment : null) ?? null

/** Everything that a person needs to decide at the gate where the mission waits. */
export function describeMissionLines(mission: MissionDetail): readonly string[] {
  const { label, look, plan, refused, shardList, openGate, feedback, tokensUsed, tokensMax } = mission
  const verdict = plan?.verdict
  const reasons = verdict?.reasons.map(({ measure, grade, isKnown }) => `${measure} ${isKnown ? grade : 'not known'}`).join(', ')
  const shown = openGate === null ? null : commitmentOf(mission, openGate.gate)
  return [
    marking(label),
    brief(mission),
    ...(look === null ? [] : [`Your documents have ${look.passages} passages on it, in ${look.documents.length} documents or more.`]),
    ...feedback.map((words) => `A person said: ${plain(words ?? '(purged)')}`),
    ...(verdict === undefined
      ? []
      : [
          `Plan ${plan?.revision}, made by ${plain(plan?.by ?? 'the planner')}: a person is ${verdict.need}${reasons === '' ? '' : ` (${reasons})`}`,
        ]),
    ...refused.map(
      ({ code, at }) =>
        `Plan refused: ${at} ${code === planRunFailed ? 'the planner ended without one' : explainPlanFault[code]} (${code})`,
    ),
    ...shardList.map(shardLine),
    ...(shardList.length === 0 ? [] : [`  ${tokensUsed} of ${tokensMax} tokens used`]),
    ...reportLines(mission),
    ...(openGate === null ? [] : ['', `Waits at ${openGate.gate}: ${openGate.decisions.join(', ')}${openGate.isHeld ? ' (held)' : ''}`]),
    ...(shown === null ? [] : [`${shown.alg}:${shown.value}`]),
  ]
}

const spoken = (mission: MissionDetail): Spoken<MissionDetail> => ({ value: mission, lines: describeMissionLines(mission) })

/** Until it waits for a person, or is over. */
async function settled(core: CommandCore, missionId: string): Shown {
  for (;;) {
    const found = await core.call('missions.get', { missionId })
    if (!found.ok) return found
    const { outcome, gate, isPaused, shardList } = found.value
    if (outcome !== null || gate !== null || isPaused || shardList.some(isHeld)) return ok(spoken(found.value))
    await new Promise((resolve) => setTimeout(resolve, limits.lookAgainMs))
  }
}

export interface StartWishes {
  readonly gate?: readonly Gate[]
  readonly tokens?: number
  readonly label?: Label
  /** Of one's own, as it was read from a file. */
  readonly plan?: { readonly shards: unknown[] }
}

export async function missionStart(core: CommandCore, goal: string, { gate = [], tokens, label, plan }: StartWishes): Shown {
  const begun = await core.call('missions.start', {
    ...{ goal, gates: [...gate] },
    ...(tokens === undefined ? {} : { tokensMax: tokens }),
    ...(label === undefined ? {} : { label }),
    ...(plan === undefined ? {} : { plan }),
  })
  return begun.ok ? settled(core, begun.value.missionId) : begun
}

export async function missionList(
  core: CommandCore,
  phases?: readonly MissionPhase[],
): Promise<Result<Spoken<CommandOutput<'mission list'>>>> {
  const found = await core.call('missions.list', { limit: limits.listMax, ...(phases === undefined ? {} : { phases: [...phases] }) })
  if (!found.ok) return found
  return ok({ value: found.value, lines: found.value.total === 0 ? ['No missions yet.'] : found.value.items.map(brief) })
}

export async function missionShow(core: CommandCore, missionId: string): Shown {
  const found = await core.call('missions.get', { missionId })
  return found.ok ? ok(spoken(found.value)) : found
}

const nothingShown = fail('mission.gate_closed', 'The mission does not wait at G4.', 'Look where it is: holdfast mission show.')
const declined = fail('cli.not_approved', 'Nothing was approved.', 'Revise the mission, or abort it.')

/** `G2` commits the plan, `G4` gives the result out. On a terminal the person is shown all of it and asked. */
export async function missionApprove(core: CommandCore, missionId: string, gate: 'G2' | 'G4', wishes: ApproveWishes): Shown {
  let commitment: Digest | null
  if (wishes.isYes || wishes.confirm === null) {
    const given = givenHash(wishes, 'holdfast mission show')
    if (!given.ok) return given
    commitment = given.value
  } else {
    const shown = await core.call('missions.get', { missionId })
    if (!shown.ok) return shown
    const question = gate === 'G2' ? 'Carry out exactly this plan?' : 'Give out exactly this?'
    if (!(await wishes.confirm(describeMissionLines(shown.value), question))) return declined
    commitment = commitmentOf(shown.value, gate)
  }
  if (gate === 'G4' && commitment === null) return nothingShown
  const decided =
    gate === 'G4' && commitment !== null
      ? await core.call('missions.release', { missionId, commitment })
      : await core.call('missions.decide', { missionId, gate, decision: 'approve', ...(commitment === null ? {} : { commitment }) })
  return decided.ok ? settled(core, missionId) : decided
}

/** Any other decision, where the mission waits. */
export async function missionDecide(core: CommandCore, missionId: string, decision: GateDecision, feedback?: string): Shown {
  const found = await core.call('missions.get', { missionId })
  if (!found.ok) return found
  const gate = found.value.openGate?.gate
  if (gate === undefined)
    return fail('mission.gate_closed', 'The mission does not wait at a gate.', 'Look where it is: holdfast mission show.')
  const decided = await core.call('missions.decide', { missionId, gate, decision, ...(feedback === undefined ? {} : { feedback }) })
  return decided.ok ? settled(core, missionId) : decided
}

export async function missionControl(core: CommandCore, missionId: string, what: 'pause' | 'resume' | 'abort'): Shown {
  const done = await core.call(`missions.${what}`, { missionId })
  if (!done.ok) return done
  return what === 'resume' ? settled(core, missionId) : ok(spoken(done.value))
}

export async function missionBoard(core: CommandCore, missionId: string): Promise<Result<Spoken<CommandOutput<'mission board'>>>> {
  const found = await core.call('board.get', { missionId })
  if (!found.ok) return found
  const by = ({ author, account }: { author: string | null; account: string }) => plain(author ?? account)
  const entries = found.value.entries.map(
    (entry) => `${new Date(entry.at).toISOString()}  ${entry.kind.padEnd(11)} ${by(entry)}: ${plain(entry.content ?? '(purged)')}`,
  )
  const directives = found.value.directives.map(
    (one) => `${one.name} (revision ${one.revision}, ${by(one)}): ${plain(one.content ?? '(purged)')}`,
  )
  const lines = [...directives, ...entries]
  return ok({ value: found.value, lines: lines.length === 0 ? ['Nothing is written there.'] : lines })
}

export async function missionLessons(core: CommandCore): Promise<Result<Spoken<CommandOutput<'mission lessons'>>>> {
  const found = await core.call('board.lessons', { limit: limits.listMax })
  if (!found.ok) return found
  const lines = found.value.items.flatMap(({ goal, account, content, at }) => [
    `${new Date(at).toISOString()}  ${plain(account)}, after: ${plain(goal ?? '(purged)')}`,
    ...(content ?? '(purged)').split('\n').map((line) => `  ${plain(line)}`),
  ])
  return ok({ value: found.value, lines: lines.length === 0 ? ['No mission has taught anything yet.'] : lines })
}

export async function missionLearn(
  core: CommandCore,
  missionId: string,
  entry: { readonly [Part in 'context' | 'solution' | 'learning' | 'impact']?: string },
): Promise<Result<Spoken<CommandOutput<'mission learn'>>>> {
  const { context, solution, learning, impact } = entry
  const given = { context, solution, learning, impact }
  const taken = await core.call('board.learn', { missionId, ...given })
  if (!taken.ok) return taken
  const { warnings } = taken.value
  return ok({ value: taken.value, lines: ['It is on the blackboard.', ...warnings.map((warning) => `! ${warning}`)] })
}

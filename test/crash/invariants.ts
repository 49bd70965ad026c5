/**
 * What must hold after every kill, whatever was under way: each function lists the sentences that say what does not. They look at the
 * disk and at the files outside, never at what the core says of itself.
 */
import { createHash } from 'node:crypto'
import { reservedIn } from '../../main/domain/run/state.ts'
import { isTerminal } from '../../main/domain/run/transitions.ts'
import { needsApproval } from '../../main/domain/tool.ts'
import { agentName } from './crash-agent.ts'
import type { Seen, SeenRun } from './look-outside.ts'
import type { CrossingLine, EffectLine } from './outside-world.ts'

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

const eventsOf = (run: SeenRun, stepId: string, type: string): number =>
  run.events.filter((event) => event.type === type && 'stepId' in event && event.stepId === stepId).length

/** No unsafe call happened twice or unasked; none is done again that is on record as done. `before` was read before the store, `after` after it. */
export function wrongEffects({ runs, digestOf }: Seen, before: readonly EffectLine[], after: readonly EffectLine[]): readonly string[] {
  const early = countBy(before, ({ stepId }) => stepId)
  const late = countBy(after, ({ stepId }) => stepId)
  const argumentsOf = new Map(after.map((line) => [line.stepId, createHash('sha256').update(line.arguments).digest('hex')]))
  const known = new Set<string>()
  const faults: string[] = []
  for (const run of runs) {
    for (const step of run.state.steps) {
      known.add(step.id)
      if (step.kind !== 'tool') continue
      const say = (what: string) => faults.push(`${run.id} ${step.name} ${step.id}: ${what}`)
      const dispatched = eventsOf(run, step.id, 'tool.dispatched')
      const finished =
        eventsOf(run, step.id, 'tool.succeeded') + eventsOf(run, step.id, 'tool.failed') + eventsOf(run, step.id, 'tool.unknown')
      if (finished > 1) say(`has ${finished} results`)
      if (step.effect === 'unsafe' && dispatched > 1) say(`was dispatched ${dispatched} times`)
      if (dispatched > 1 + eventsOf(run, step.id, 'tool.returned')) say('was dispatched again without being returned')
      const made = late.get(step.id) ?? 0
      if (step.effect === 'unsafe' && made > 1) say(`happened ${made} times`)
      if ((early.get(step.id) ?? 0) > dispatched) say(`happened ${early.get(step.id)} times and was dispatched ${dispatched} times`)
      if (['charge', 'mark'].includes(step.name) && step.phase === 'succeeded' && made === 0) say('is on record as done and never happened')
      if (made > 0 && argumentsOf.get(step.id) !== digestOf(step.input.body)) say('happened with other arguments')
    }
  }
  for (const { stepId } of before) if (!known.has(stepId)) faults.push(`${stepId} happened and is in no run`)
  return faults
}

/** Whatever came to another machine was let go on record, for exactly its bytes, and came once. `lines` were read before the store. */
export function wrongCrossings({ runs, digestOf }: Seen, lines: readonly CrossingLine[]): readonly string[] {
  const steps = new Map(runs.flatMap(({ state }) => state.steps.map((step) => [step.id, step])))
  return [...countBy(lines, ({ stepId }) => stepId)].flatMap(([stepId, times]) => {
    const step = steps.get(stepId)
    const isLetGo = step?.phase === 'succeeded' && (step.isApproved || step.risk === 'crossing_permitted')
    const sent = [...steps.values()].find(({ leftBy }) => leftBy === stepId)
    const isSame = lines.every((line) => line.stepId !== stepId || line.digest === digestOf(sent?.input.body ?? ''))
    return [
      ...(times > 1 ? [`${stepId}: its request went ${times} times`] : []),
      ...(isLetGo ? [] : [`${stepId}: its request went and nobody had let it go`]),
      ...(isSame ? [] : [`${stepId}: other bytes went than are on record`]),
    ]
  })
}

/** After one reconcile every run that has not ended is executed by this process, queued, or held. */
export function ownerless({ runs }: Seen, pid: number): readonly string[] {
  return runs.flatMap(({ id, state }) => {
    switch (state.status) {
      case 'prep':
        return [`${id} was created and never queued`]
      case 'queued':
        return state.holds.length > 0
          ? [`${id} is queued with a hold open`]
          : state.cancelRequestedAtMs === null
            ? []
            : [`${id} is queued and cancelled`]
      case 'held':
        return state.holds.length > 0 ? [] : [`${id} is held by nothing`]
      case 'launching':
      case 'active':
        return state.executor.pid === pid ? [] : [`${id} is ${state.status} under a process that is gone`]
      default:
        return [
          ...(state.holds.length > 0 ? [`${id} has ended and is held`] : []),
          ...(state.steps.some(({ phase }) =>
            ['proposed', 'dispatched', 'approved', 'awaiting_approval', 'awaiting_answer'].includes(phase),
          )
            ? [`${id} is ${state.status} with a call open`]
            : []),
        ]
    }
  })
}

/** `modelCalls`: prompts that the scripted model was given, read before the store. */
export function wrongModelCalls({ runs, digestOf }: Seen, modelCalls: ReadonlyArray<{ readonly prompt: string }>): readonly string[] {
  const requested = new Map<string, number>()
  const faults: string[] = []
  for (const run of runs) {
    const finished = new Set<string>()
    for (const step of run.state.steps) {
      if (step.kind !== 'model') continue
      const prompt = digestOf(step.input.body)
      if (finished.has(prompt)) faults.push(`${run.id}: the finished model call ${step.id} was made again`)
      if (step.phase === 'succeeded') finished.add(prompt)
      if (run.state.agent === agentName) requested.set(prompt, (requested.get(prompt) ?? 0) + 1)
    }
  }
  for (const [prompt, made] of countBy(modelCalls, (call) => call.prompt)) {
    const known = requested.get(prompt) ?? 0
    if (made > known) faults.push(`a prompt was given to the model ${made} times and is on record ${known} times`)
  }
  return faults
}

/** The ledger is the fold, sets nothing aside for what has ended, and passes no limit. */
export function wrongLedger({ runs, ledger, totalTokens, quotaTokens }: Seen): readonly string[] {
  const faults: string[] = []
  const rows = new Map(ledger.map((row) => [row.runId, row]))
  let used = 0
  for (const { id, state } of runs) {
    const { tokens = 0, bytes = 0, reserved = 0 } = rows.get(id) ?? {}
    const aside = reservedIn(state)
    used += tokens + aside.tokens
    if (tokens !== state.usage.tokens) faults.push(`${id}: the ledger has ${tokens} tokens, the fold ${state.usage.tokens}`)
    if (bytes !== state.usage.bytesWritten) faults.push(`${id}: the ledger has ${bytes} bytes, the fold ${state.usage.bytesWritten}`)
    if (reserved !== aside.tokens + aside.costMicros + aside.bytesWritten) faults.push(`${id}: the ledger sets ${reserved} aside`)
    if (isTerminal(state.status) && reserved !== 0) faults.push(`${id} has ended and ${reserved} is still set aside`)
    const { budget, usage } = state
    const over = [
      ...(usage.tokens + aside.tokens > budget.tokensMax ? ['tokens'] : []),
      ...(usage.modelCalls > budget.modelCallsMax ? ['model calls'] : []),
      ...(usage.toolCalls > budget.toolCallsMax ? ['tool calls'] : []),
      ...(usage.bytesWritten + aside.bytesWritten > budget.bytesWrittenMax ? ['bytes'] : []),
    ]
    for (const what of over) faults.push(`${id} is past its limit of ${what}`)
  }
  if (used !== totalTokens) faults.push(`the total is ${totalTokens} tokens, the sum of all runs ${used}`)
  if (quotaTokens !== null && used > quotaTokens) faults.push(`all runs together have ${used} tokens of ${quotaTokens}`)
  return faults
}

const decisions: readonly string[] = ['tool.approved', 'tool.rejected', 'tool.expired', 'tool.answered']

/** Each request is decided once, by a person unless it ran out, and a guarded call is made only after its own approval. */
export function wrongDecisions({ runs }: Seen): readonly string[] {
  return runs.flatMap((run) => {
    const faults: string[] = []
    const decided = new Map<string, string>()
    const approved = new Set<string>()
    for (const [at, event] of run.events.entries()) {
      const step = 'stepId' in event ? run.state.steps.find(({ id }) => id === event.stepId) : undefined
      if (decisions.includes(event.type) && 'holdId' in event && 'stepId' in event) {
        if (decided.has(event.holdId)) faults.push(`${run.id}: ${event.holdId} was decided twice`)
        decided.set(event.holdId, event.type)
        const issuer = run.recorded[at]?.actor.issuer
        if (event.type !== 'tool.expired' && issuer !== 'operator') faults.push(`${run.id}: ${event.holdId} was decided by the ${issuer}`)
        const hold = run.events.find((one) => one.type === 'hold.opened' && one.holdId === event.holdId)
        if (hold?.type === 'hold.opened' && hold.stepId !== event.stepId) faults.push(`${run.id}: ${event.holdId} decided on another call`)
        if (event.type === 'tool.approved' && event.stepId !== null) approved.add(event.stepId)
      }
      if (event.type === 'tool.dispatched' && step !== undefined && needsApproval(step.risk, step.effect) && !approved.has(step.id))
        faults.push(`${run.id}: ${step.id} was dispatched without an approval of its own`)
    }
    return faults
  })
}

/** What waits for a person on the disk stands in the list. `inbox` was read after the disk, and nobody decided in between. */
export function lostRequests({ runs }: Seen, inbox: ReadonlyArray<{ readonly holdId: string }>): readonly string[] {
  const listed = new Set(inbox.map(({ holdId }) => holdId))
  return runs.flatMap(({ id, state }) =>
    state.holds.flatMap((hold) =>
      hold.stepId === null || listed.has(hold.id) ? [] : [`${id}: ${hold.id} waits for a person and is not listed`],
    ),
  )
}

/** `holdfast approvals list|show|approve|reject|revise|answer`: what waits for a person. A decision is made on exactly what was shown. */
import type { Approval, ApprovalItem } from '../contract/approvals.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ApprovalScope } from '../domain/run/events.ts'
import type { CommandCore } from './core.ts'
import { followRun } from './follow-run.ts'
import { type ApproveWishes, givenHash } from './given-hash.ts'
import { exact, plain, type Spoken } from './output.ts'

const limits = { listMax: 100 } as const

const time = (at: number): string => new Date(at).toISOString()

type Either = Approval | ApprovalItem

const brief = ({ holdId, kind, tool, risk, runTitle, expiresAt, decision }: Either): string =>
  `${holdId}  ${(decision ?? kind).padEnd(8)}  ${plain(tool)} (${risk})  ${plain(runTitle ?? '')}${expiresAt === null ? '' : `  until ${time(expiresAt)}`}`

const sizes = ({ argumentsBytes, diffLines }: ApprovalItem): string =>
  argumentsBytes === null ? 'purged' : `${argumentsBytes} bytes${diffLines === 0 ? '' : `, a diff of ${diffLines} lines`}`

/** Everything that a person needs to decide: the arguments as they stand, with whatever would not show written out. */
export function describeApproval(approval: Approval): readonly string[] {
  const { runId, agent, tool, toolSummary, effect, label, arguments: given, argumentsHash, preview } = approval
  const { decision, decidedAt, decidedBy, feedback } = approval
  const change =
    preview === null
      ? []
      : ['', plain(preview.summary), ...(preview.diff?.split('\n').map(exact) ?? []), `Can be undone: ${plain(preview.undo ?? 'no')}`]
  const decided =
    decision === null
      ? []
      : [
          '',
          `${decision} by ${plain(decidedBy ?? 'nobody')}${decidedAt === null ? '' : ` at ${time(decidedAt)}`}`,
          ...(feedback === null ? [] : [plain(feedback)]),
        ]
  return [
    marking(label),
    brief(approval),
    `Run ${runId} of ${plain(agent)}; ${effect} call of ${plain(tool)}${toolSummary === null ? '' : `: ${plain(toolSummary)}`}`,
    '',
    ...(given === null ? ['Its arguments have been purged.'] : exact(given).split('\n')),
    ...(argumentsHash === null ? [] : [`${argumentsHash.alg}:${argumentsHash.value}`]),
    ...change,
    ...decided,
  ]
}

export async function approvalsList(core: CommandCore, isOpen: boolean): Promise<Result<Spoken<CommandOutput<'approvals list'>>>> {
  const found = await core.call('approvals.list', { isOpen, limit: limits.listMax })
  if (!found.ok) return found
  const none = isOpen ? 'Nothing waits for you.' : 'Nothing has been decided yet.'
  return ok({
    value: found.value,
    lines: found.value.items.length === 0 ? [none] : found.value.items.map((item) => `${brief(item)}  ${sizes(item)}`),
  })
}

const spoken = (done: Result<Approval>): Result<Spoken<Approval>> =>
  done.ok ? ok({ value: done.value, lines: describeApproval(done.value) }) : done

/** The exact bytes that would leave this machine, with whatever would not show written out. */
async function bytesOf(core: CommandCore, { runId, preview }: Approval): Promise<Result<readonly string[]>> {
  const { crossing } = preview ?? {}
  if (crossing === undefined) return ok([])
  const read = await core.call('bodies.read', { runId, body: crossing.payload })
  if (!read.ok) return read
  return ok(['', 'The exact bytes:', ...(read.value.text === null ? ['They have been purged.'] : exact(read.value.text).split('\n'))])
}

export async function approvalsShow(core: CommandCore, holdId: string): Promise<Result<Spoken<Approval>>> {
  const shown = await core.call('approvals.get', { holdId })
  if (!shown.ok) return shown
  const bytes = await bytesOf(core, shown.value)
  return bytes.ok ? ok({ value: shown.value, lines: [...describeApproval(shown.value), ...bytes.value] }) : bytes
}

/** After a decision. A core that ends with the command first takes the run to its end, or to where it waits again. */
async function decided(core: CommandCore, done: Result<Approval>): Promise<Result<Spoken<Approval>>> {
  if (!done.ok || !core.isOwn) return spoken(done)
  const followed = await followRun(core, async () => ok(done.value.runId), false)
  if (!followed.ok) return followed
  const { run } = followed.value
  return ok({ value: done.value, lines: [...describeApproval(done.value), `The run ${run.id} is ${run.status}.`] })
}

const declined = fail('cli.not_approved', 'Nothing was approved.', 'Reject the call with a reason, or leave it until it expires.')
const noArguments = fail('approval.purged', 'The arguments of this call have been purged.', 'Reject it; the run can ask again.')

export interface ApproveOptions extends ApproveWishes {
  /** Anything but a crossing is approved once. */
  readonly scope?: ApprovalScope
}

/** On a terminal the person is shown the request and asked; elsewhere the hash must come with the command. */
export async function approvalsApprove(
  core: CommandCore,
  holdId: string,
  { scope = 'once', ...wishes }: ApproveOptions,
): Promise<Result<Spoken<Approval>>> {
  if (wishes.isYes || wishes.confirm === null) {
    const given = givenHash(wishes, 'holdfast approvals show')
    return given.ok ? decided(core, await core.call('approvals.approve', { holdId, argumentsHash: given.value, scope })) : given
  }
  const shown = await core.call('approvals.get', { holdId })
  if (!shown.ok) return shown
  const { argumentsHash } = shown.value
  if (argumentsHash === null) return noArguments
  const bytes = await bytesOf(core, shown.value)
  if (!bytes.ok) return bytes
  const ask = scope === 'run' ? 'Let this and the like leave for the rest of the run?' : 'Approve exactly this call, once?'
  if (!(await wishes.confirm([...describeApproval(shown.value), ...bytes.value], ask))) return declined
  return decided(core, await core.call('approvals.approve', { holdId, argumentsHash, scope }))
}

export const approvalsReject = async (core: CommandCore, holdId: string, feedback: string) =>
  decided(core, await core.call('approvals.reject', { holdId, feedback }))

export const approvalsRevise = async (core: CommandCore, holdId: string, feedback: string) =>
  decided(core, await core.call('approvals.revise', { holdId, feedback }))

/** What is not JSON is taken as text. */
export async function approvalsAnswer(core: CommandCore, holdId: string, text: string): Promise<Result<Spoken<Approval>>> {
  let answer: unknown = text
  try {
    answer = JSON.parse(text)
  } catch {
    // A word is an answer too.
  }
  // The dispatcher parses it with the call's own schema.
  const taken = await core.call('approvals.answer', { holdId, answer: answer as string })
  // What looks like a number may be one of the choices, or plain words.
  const isText = !taken.ok && taken.error.code === 'human.bad_answer' && typeof answer !== 'string'
  const again = isText ? await core.call('approvals.answer', { holdId, answer: text }) : taken
  return decided(core, again.ok ? again : taken)
}

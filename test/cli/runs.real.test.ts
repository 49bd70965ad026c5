/** Runs and approvals from the command line: what each command says and gives back, and what an interruption does to a run. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import {
  approvalsAnswer,
  approvalsApprove,
  approvalsList,
  approvalsReject,
  approvalsRevise,
  approvalsShow,
} from '../../main/cli/approvals.ts'
import type { CommandCore } from '../../main/cli/core.ts'
import type { Spoken } from '../../main/cli/output.ts'
import { run } from '../../main/cli/run.ts'
import { runsControl, runsFork, runsRetry } from '../../main/cli/run-control.ts'
import { budgetOf, runsRaise } from '../../main/cli/run-raise.ts'
import { runsDiff, runsExport, runsImport, runsReplay } from '../../main/cli/run-records.ts'
import { runsList } from '../../main/cli/runs.ts'
import { CommandFailure, type CommandName, commandOutputs } from '../../main/contract/cli.ts'
import type { Result } from '../../main/domain/result.ts'
import { copyCase } from '../support/case-files.ts'
import { oneDocument, runCommand, startCommand } from '../support/command.ts'
import { commandCore } from '../support/command-core.ts'
import { startCore } from '../support/core-process.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { recordedRun } from '../support/recorded-runs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const topic = { topic: 'Who signed for the battery packs on 10 March?' }
const quietly = { isWatched: false, onStarted: () => undefined }
let app: OpenApp
let core: CommandCore

beforeAll(async () => {
  app = await openApp(join(folder, 'data'))
  copyCase(join(folder, 'case'))
  await app.ingest([join(folder, 'case')])
  core = commandCore(app.app)
})

/** What a command gives back, held against its schema; and its lines, which steer no terminal. */
async function said<T>(name: CommandName, done: Promise<Result<Spoken<T>>>, isFailure = false): Promise<Spoken<T>> {
  const result = await done
  if (!result.ok)
    throw new Error(`${name}: ${result.error.code}`)
    // The schema's output is the value's own type.
  ;(commandOutputs[name] as unknown as z.ZodType<T>).parse(result.value.value)
  expect(result.value.lines.length).toBeGreaterThan(0)
  expect(result.value.isFailure ?? false).toBe(isFailure)
  return result.value
}
const codeOf = async (done: Promise<Result<unknown>>): Promise<string | null> => {
  const result = await done
  return result.ok ? null : result.error.code
}
/** A report that waits for its approval. */
async function heldReport() {
  const { value } = await said('run', run(core, 'report-writer', topic, {}, quietly), true)
  const listed = await said('approvals list', approvalsList(core, true))
  const item = listed.value.items.find(({ runId }) => runId === value.run.id)
  if (item === undefined) throw new Error('the report asked nobody')
  expect(listed.lines.join('\n')).toContain(`${item.argumentsBytes} bytes, a diff of ${item.diffLines} lines`)
  const request = (await said('approvals show', approvalsShow(core, item.holdId))).value
  return { runId: value.run.id, run: value.run, request, hash: request.argumentsHash?.value ?? '' }
}

describe('RUN-10 runs are started and looked after from the command line', () => {
  test('a run that asks a person ends the command, says where to answer, and leaves no result yet', async () => {
    const { value, lines } = await said('run', run(core, 'report-writer', topic, {}, quietly), true)
    expect([value.run.status, value.run.holds, value.result]).toEqual(['held', ['approval'], null])
    expect(lines.join('\n')).toContain('holdfast approvals list')
    const paused = await said('runs pause', runsControl(core, 'pause', value.run.id))
    expect([...paused.value.holds].sort()).toEqual(['approval', 'operator'])
    expect((await said('runs resume', runsControl(core, 'resume', value.run.id))).value.holds).toEqual(['approval'])
    expect((await said('runs cancel', runsControl(core, 'cancel', value.run.id))).value.status).toBe('aborted')
    expect(await codeOf(runsControl(core, 'cancel', value.run.id))).toBe('run.ended')
    expect(await codeOf(run(core, 'nobody', {}, {}, quietly))).toBe('agent.unknown')
  })

  test('runs are tried again, forked, folded again, compared, and found', async () => {
    const asked = await app.ask(topic.topic)
    const again = await said('runs retry', runsRetry(core, asked.id, quietly))
    expect([again.value.run.attempt, (await app.settled(again.value.run.id)).status]).toEqual([2, 'complete'])
    const forked = await said('runs fork', runsFork(core, asked.id, 1, quietly))
    expect(forked.value.run.forkedFrom).toEqual({ runId: asked.id, ordinal: 1 })
    expect(forked.lines.at(-1)).toContain('when Holdfast runs')
    expect(await codeOf(runsFork(core, asked.id, 9, quietly))).toBe('run.unknown_step')
    expect((await said('runs replay', runsReplay(core, asked.id))).value).toMatchObject({ isChainWhole: true, isSame: true })
    const diff = await said('runs diff', runsDiff(core, asked.id, again.value.run.id))
    expect([diff.value.isSameInput, diff.value.isSameResult, diff.value.steps.length]).toEqual([true, true, 2])
    await app.settled(forked.value.run.id)
    const found = await said('runs list', runsList(core, { agent: 'ask', contains: 'BATTERY', status: ['complete', 'failed'] }))
    expect(found.value.total).toBe(3)
    expect((await said('runs list', runsList(core, { contains: 'nightjar' }))).lines).toEqual(['No run is like that.'])
  })

  test('BUD-03 a run that a limit holds goes on with a raised one, and the command says what is left', async () => {
    const budget = { toolCallsMax: 0 }
    const { runId } = await app.call('runs.start', { agent: 'report-writer', input: topic, budget })
    expect((await app.settled(runId)).holds).toEqual(['budget'])
    const { value, lines } = await said('runs raise', runsRaise(core, runId, budgetOf({ toolCalls: 9, seconds: 90 })))
    expect(value.budget).toMatchObject({ toolCallsMax: 9, durationMsMax: 90_000, tokensMax: 200_000 })
    expect(lines).toContain('tool calls     0 of 9')
    expect(lines).toContain('seconds        0 of 90')
    expect((await app.settled(runId)).holds).toEqual(['approval'])
    await app.call('runs.cancel', { runId })
    expect(await codeOf(runsRaise(core, runId, budgetOf({ tokens: 1 })))).toBe('run.ended')
    expect(await codeOf(runsRaise(core, `run_${'0'.repeat(26)}`, budgetOf({ tokens: 1 })))).toBe('run.unknown')
  })

  test('a run goes out as a file and comes in from one, and a file is never written over', async () => {
    const [asked, file] = [await app.ask(topic.topic), join(folder, 'run.json')]
    const { value } = await said('runs export', runsExport(core, asked.id, file))
    expect([value.file, value.sizeBytes]).toEqual([file, readFileSync(file).length])
    expect(await codeOf(runsExport(core, asked.id, file))).toBe('cli.cannot_write')
    expect(await codeOf(runsImport(core, file))).toBe('run.already_here')
    const taken = await said('runs import', runsImport(core, recordedRun('forked').path))
    expect(taken.value).toMatchObject({ isImported: true, status: 'complete' })
    expect(await codeOf(runsRetry(core, taken.value.id, quietly))).toBe('run.imported')
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, readFileSync(file, 'utf8').replace('"run.queued"', '"run.quoted"'))
    expect(await codeOf(runsImport(core, broken))).toBe('runfile.bad_shape')
  })
})

describe('CLI-07 requests are decided from the command line, each on exactly what was shown', () => {
  test('without a terminal, an approval needs the hash of what was looked at', async () => {
    const { runId, request, hash } = await heldReport()
    const approve = (isYes: boolean, given: string | undefined) =>
      approvalsApprove(core, request.holdId, { isYes, hash: given, confirm: null })
    expect(await codeOf(approve(false, undefined))).toBe('cli.hash_needed')
    expect(await codeOf(approve(true, undefined))).toBe('cli.hash_needed')
    expect(await codeOf(approve(false, hash))).toBe('cli.hash_needed')
    expect(await codeOf(approve(true, 'abc'))).toBe('cli.bad_hash')
    expect(await codeOf(approve(true, '0'.repeat(64)))).toBe('approval.other_arguments')
    expect((await app.call('runs.get', { runId })).status).toBe('held')
    expect((await said('approvals approve', approve(true, `sha256:${hash}`))).value.decision).toBe('approved')
    expect((await app.settled(runId)).status).toBe('complete')
    expect(await codeOf(approve(true, hash))).not.toBeNull()
  })

  test('on a terminal the arguments and their hash are shown, and only yes approves', async () => {
    const { runId, request, hash } = await heldReport()
    const seen: string[] = []
    const confirm = (answer: boolean) => async (lines: readonly string[]) => {
      seen.push(...lines)
      return answer
    }
    const approve = (answer: boolean) => approvalsApprove(core, request.holdId, { isYes: false, hash: undefined, confirm: confirm(answer) })
    expect(await codeOf(approve(false))).toBe('cli.not_approved')
    expect((await app.call('runs.get', { runId })).status).toBe('held')
    expect(seen.join('\n')).toContain(request.arguments ?? 'nothing')
    expect(seen).toContain(`sha256:${hash}`)
    expect((await said('approvals approve', approve(true))).value.decision).toBe('approved')
  })

  test('a call is rejected with a reason, or sent back with what should be different', async () => {
    const first = await heldReport()
    expect((await said('approvals show', approvalsShow(core, first.request.holdId))).lines.join('\n')).toContain(first.hash)
    const rejected = await said('approvals reject', approvalsReject(core, first.request.holdId, 'Not today.'))
    expect([rejected.value.decision, rejected.value.feedback]).toEqual(['rejected', 'Not today.'])
    const second = await heldReport()
    expect(await codeOf(approvalsAnswer(core, second.request.holdId, 'yes'))).toBe('approval.wrong_kind')
    const revised = await said('approvals revise', approvalsRevise(core, second.request.holdId, 'Shorter.'))
    expect([revised.value.decision, revised.value.feedback]).toEqual(['revised', 'Shorter.'])
    const decided = await said('approvals list', approvalsList(core, false))
    expect(decided.value.items.slice(0, 2).map(({ holdId }) => holdId)).toEqual([second.request.holdId, first.request.holdId])
  })
})

describe('CLI-02 bad usage ends with 2', () => {
  test.each([
    ['input that is no JSON', ['run', 'report-writer', '--input', 'topic']],
    ['a step that is none', ['runs', 'fork', `run_${'0'.repeat(26)}`, '--at', '-1']],
    ['no limit to change', ['runs', 'raise', `run_${'0'.repeat(26)}`]],
    ['a limit that is none', ['runs', 'raise', `run_${'0'.repeat(26)}`, '--tokens', '-1']],
    ['a status that is none', ['runs', 'list', '--status', 'lost']],
  ])('%s', async (_what, args) => {
    const { code, stdout } = await runCommand([...args, '--json'])
    expect([code, CommandFailure.parse(JSON.parse(stdout)).error.code]).toEqual([2, 'cli.usage'])
  })
})

describe('RUN-10 an interrupted command', () => {
  async function interrupt(data: string) {
    // Without control over what is shown, what was asked would steer the terminal.
    const input = JSON.stringify({ topic: 'x\u001b[2J\u202ey' })
    const command = startCommand(['run', 'report-writer', '--input', input, '--watch', '--data', data, '--json'])
    let told = ''
    command.process.stderr?.on('data', (text: string) => {
      const isFirst = !told.includes('tool.proposed')
      told += text
      if (isFirst && told.includes('tool.proposed')) command.process.kill('SIGINT')
    })
    const { code, stderr, ...rest } = await command.said
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    const { message } = CommandFailure.parse(oneDocument({ code, stderr, ...rest })).error
    const runId = /run_\w{26}/.exec(message)?.[0] ?? ''
    const shown = await runCommand(['runs', 'show', runId, '--data', data, '--json'])
    return { code, message, run: commandOutputs['runs show'].parse(oneDocument(shown)).run }
  }

  test('cancels its run when the core was its own', async () => {
    const { code, message, run: left } = await interrupt(join(folder, 'own'))
    expect([code, message.includes('was cancelled')]).toEqual([130, true])
    // It may have come to its end in the same moment.
    expect(left.endedAt).not.toBeNull()
  })

  test('leaves its run to a core that runs', async () => {
    const data = join(folder, 'running')
    await startCore(data)
    const { code, message, run: left } = await interrupt(data)
    expect([code, message.includes('goes on'), left.isCancelRequested]).toEqual([130, true, false])
  })
})

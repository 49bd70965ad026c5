/** The whole work of the command line in an empty network, traced: nothing may even try to leave the machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { commandOutputs } from '../../main/contract/cli.ts'
import { caseFiles } from '../support/case-files.ts'
import { holdfastEntry, mainFolder, quoted } from '../support/command.ts'
import { tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { readTrace, traceInto, whyNoTrace } from '../support/trace.ts'

const why = whyNoTrace()
if (why !== null) console.warn(`skipped: the work of the command line without a network, since ${why}`)
const folder = temporaryFolder()
const env: NodeJS.ProcessEnv = { ...process.env, HOLDFAST_LLAMA_THREADS: '1' }
delete env.INIT_CWD

/** Runs a command with all its children in an empty network namespace with loopback alone, and traces them. */
async function runTraced(name: string, command: readonly string[]) {
  const traces = join(folder, name)
  mkdirSync(traces)
  const args = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...traceInto(traces), ...command]
  const child = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr, ...readTrace(traces) }
}

describe.skipIf(why !== null)('AIR-05 EGR-01 zero attempts to reach anything outside', () => {
  test('importing, asking, searching, checking and models: the core and all its children', async () => {
    const data = join(folder, 'data')
    const { decoder, embedder } = tinyModels(folder)
    const commands = [
      ['ingest', join(mainFolder, 'sample-case/documents')],
      ['ask', caseFiles.answered],
      ['search', 'battery packs'],
      ['models', 'import', decoder],
      ['models', 'import', embedder],
      ['ask', caseFiles.answered],
      ['runs', 'list'],
      ['documents', 'list'],
      ['doctor'],
    ]
    const holdfast = (args: readonly string[]) => quoted([process.execPath, holdfastEntry, ...args, '--data', data, '--json'])
    const core = quoted([process.execPath, join(mainFolder, 'cli/start.ts'), '--core', '--data', data])
    const [hold, said] = [join(folder, 'hold'), join(folder, 'core.out')]
    const lines = [
      'set -e',
      ...commands.map(holdfast),
      // Once more through a core that stays, which the command reaches over its socket.
      `mkfifo ${hold}; sleep 600 > ${hold} & holder=$!`,
      `${core} < ${hold} > ${said} & core=$!`,
      `until grep -q ready ${said}; do sleep 0.1; kill -0 $core; done`,
      holdfast(['ask', caseFiles.unanswered]),
      'kill $holder; wait $core',
    ]
    const script = join(folder, 'journey.sh')
    writeFileSync(script, lines.join('\n'))
    const traced = await runTraced('journey', ['sh', script])

    expect([traced.code, traced.stderr]).toEqual([0, ''])
    const documents = traced.stdout.trim().split('\n')
    expect(documents).toHaveLength(commands.length + 1)
    const [, reflex, , , , edge, , , doctor] = documents.map((line): unknown => JSON.parse(line))
    expect(commandOutputs.ask.parse(reflex).tier).toBe('reflex')
    expect(commandOutputs.ask.parse(edge).tier).toBe('edge')
    expect(commandOutputs.doctor.parse(doctor).ok).toBe(true)

    expect(traced.attempts).toEqual([])
    expect(traced.calls).toBeGreaterThan(100)
    expect(traced.peers.some((peer) => peer.startsWith('connect AF_UNIX') && peer.endsWith('.sock'))).toBe(true)
    console.log(`${traced.calls} network calls traced; who was spoken to:\n  ${traced.peers.join('\n  ')}`)
  }, 300_000)

  const asking = "const r = new (require('dns').Resolver)({ timeout: 300, tries: 1 });"
  test.each([
    ['a TCP connection over IPv6', "require('net').connect(80, '2001:db8::7').on('error', () => {})", '2001:db8::7'],
    ['a name server on this very machine', `${asking} r.setServers(['127.0.0.1']); r.resolve4('holdfast.invalid', () => {})`, 'htons(53)'],
    ['a name looked up by the system', "require('dns').lookup('holdfast.invalid', () => {})", 'htons(53)'],
    [
      'one from a grandchild',
      `require('child_process').spawnSync(process.execPath, ['-e', "fetch('http://192.0.2.7/').catch(() => {})"])`,
      '192.0.2.7',
    ],
    [
      'one from a worker',
      `new (require('worker_threads').Worker)("fetch('http://192.0.2.7/').catch(() => {})", { eval: true })`,
      '192.0.2.7',
    ],
  ])('positive control: %s is caught', async (name, code, expected) => {
    expect((await runTraced(name, [process.execPath, '-e', code])).attempts.join('\n')).toContain(expected)
  })
})

/** Has another release look at this machine before it serves: its own Node, its own code, over a copy of the store. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'

const limits = { timeMs: 5 * 60_000, outputCharsMax: 1_000_000 } as const

/** What must not fail for a release to serve. Other checks are of the machine, and fail for either; the copy has no key of the audit log beside it. */
const decisive: ReadonlySet<string> = new Set(['runtime', 'data_folder', 'store', 'files'])

const Report = z.object({ checks: z.array(z.object({ id: z.string(), title: z.string(), outcome: z.string(), detail: z.string() })) })
const failed = (why: string) =>
  fail('bundle.unhealthy', `The new release failed its trial: ${why}`, 'What serves goes on. Ask for another bundle.')

/** `slot` is the folder of the release, `data` a folder with a copy of the store, which it may change. */
export async function trySlot(slot: string, data: string, signal: AbortSignal | undefined): Promise<Result<null>> {
  const windows = process.platform === 'win32'
  const child = spawn(
    join(slot, windows ? 'node.exe' : 'node'),
    [join(slot, 'dist', 'main', 'cli', 'holdfast.js'), 'doctor', '--json', '--data', data],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
      timeout: limits.timeMs,
      ...(signal === undefined ? {} : { signal }),
    },
  )
  let output = ''
  child.stdout?.setEncoding('utf8')
  child.stdout?.on('data', (text: string) => {
    output = (output + text).slice(-limits.outputCharsMax)
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  const report = Report.safeParse(readJson(output))
  if (!report.success) return failed(`it ended${code === null ? '' : ` with ${code}`} before it had looked at this machine.`)
  const bad = report.data.checks.find(({ id, outcome }) => outcome === 'failed' && decisive.has(id))
  return bad === undefined ? ok(null) : failed(`${bad.title}: ${bad.detail}`)
}

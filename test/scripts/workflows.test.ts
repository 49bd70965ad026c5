/** The workflows of the forge: nothing in them is fetched by a name that can be moved, and none has more rights than it needs. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const root = join(import.meta.dirname, '../..')
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '.github'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.ya?ml$/.test(path))
const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts

const Step = z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() })
const Job = z.object({
  'runs-on': z.string(),
  'timeout-minutes': z.int(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  steps: z.array(Step),
})
const Workflow = z.object({ on: z.unknown(), permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), Job) })

/** Jobs that may write, and what. */
const writers: Readonly<Record<string, string>> = { publish: 'contents' }

/** Every break of the rules in one workflow, a sentence each. */
function faultsOf(source: string): readonly string[] {
  const read = Workflow.safeParse(parse(source))
  if (!read.success) return [z.prettifyError(read.error)]
  const { on, permissions, jobs } = read.data
  const faults: string[] = []
  if (JSON.stringify(permissions) !== '{"contents":"read"}') faults.push('the workflow has more rights than to read')
  if (JSON.stringify(on).includes('pull_request_target')) faults.push('runs what strangers propose with the rights of the project')
  for (const [name, { needs = [], steps, ...job }] of Object.entries(jobs)) {
    for (const before of [needs].flat()) if (!(before in jobs)) faults.push(`${name} needs ${before}, which is no job`)
    for (const [what, right] of Object.entries(job.permissions ?? {}))
      if (right !== 'read' && writers[name] !== what) faults.push(`${name} may write ${what}`)
    for (const { uses, run = '', with: given } of steps) {
      if (uses !== undefined && !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) faults.push(`${name} uses ${uses}, which can be moved`)
      if (uses?.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false)
        faults.push(`${name} leaves its key in the checkout`)
      if (run.includes('${{')) faults.push(`${name} puts an expression into a script: ${run}`)
      for (const [, script = ''] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g))
        if (!(script in scripts)) faults.push(`${name} runs ${script}, which is no script`)
      if (/npm (ci|install)\b/.test(run) && !run.includes('--ignore-scripts')) faults.push(`${name} runs the scripts of packages`)
    }
  }
  const pinned = source.split('\n').filter((line) => line.includes('uses:'))
  for (const line of pinned)
    if (!/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)) faults.push(`the version is not beside its hash: ${line.trim()}`)
  return faults
}

test('there are workflows, and all keep the rules', () => {
  expect(files).toContain('.github/workflows/release.yml')
  for (const file of files) expect(faultsOf(readFileSync(join(root, file), 'utf8')), file).toEqual([])
})

describe('a planted fault is found', () => {
  const good = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
  test.each([
    ['a tag for a hash', (text: string) => text.replace(/checkout@[0-9a-f]{40}/, 'checkout@v5'), 'can be moved'],
    ['a short hash', (text: string) => text.replace(/(checkout@[0-9a-f]{12})[0-9a-f]{28}/, '$1'), 'can be moved'],
    ['a hash without its version', (text: string) => text.replace(' # v5.0.0', ''), 'not beside its hash'],
    ['rights for all', (text: string) => text.replace('permissions:\n  contents: read', 'permissions:\n  contents: write'), 'more rights'],
    ['rights that no one gave', (text: string) => text.replace('permissions:\n  contents: read\n', ''), 'permissions'],
    [
      'a job that may write',
      (text: string) => text.replace('    needs: test\n', '    needs: test\n    permissions: { packages: write }\n'),
      'may write packages',
    ],
    [
      'what an event says in a script',
      (text: string) => text.replace('run: npm test', `run: echo $${'{{'} github.event.head_commit.message }}`),
      'an expression',
    ],
    ['a key that stays', (text: string) => text.replace('persist-credentials: false', 'persist-credentials: true'), 'leaves its key'],
    ['a job without an end', (text: string) => text.replace('    timeout-minutes: 90\n', ''), 'timeout-minutes'],
    ['a script that is not there', (text: string) => text.replace('run -s collect ', 'run -s collekt '), 'which is no script'],
    ['scripts of packages', (text: string) => text.replace('npm ci --ignore-scripts', 'npm ci'), 'runs the scripts'],
    ['strangers', (text: string) => text.replace('  workflow_dispatch:', '  pull_request_target:'), 'what strangers propose'],
    [
      'a job that waits for none',
      (text: string) => text.replace('needs: [compare, journey]', 'needs: [compare, jorney]'),
      'which is no job',
    ],
  ])('%s', (_what, plant, message) => {
    expect(plant(good)).not.toBe(good)
    expect(faultsOf(plant(good)).join('\n')).toContain(message)
  })
})

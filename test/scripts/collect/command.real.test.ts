/** The command itself: stopped by Ctrl-C and run again, on a list of its own and a mirror on this machine. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serving, startFileServer } from '../../support/file-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'

const root = join(import.meta.dirname, '../../..')
const base = temporaryFolder()
const lists = join(base, 'lists')
const out = join(base, 'out')
const bytes = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(2_000_000, 3)])
const server = await startFileServer()

mkdirSync(lists)
const read = (name: string) => JSON.parse(readFileSync(join(root, 'models-manifest', name), 'utf8'))
const edge = read('edge.json')
const sha256 = { alg: 'sha256', value: createHash('sha256').update(bytes).digest('hex') }
writeFileSync(
  join(lists, 'edge.json'),
  JSON.stringify({ ...edge, models: [{ ...edge.models[0], id: 'm', file: 'm.gguf', sha256, sizeBytes: bytes.length }] }),
)
const profiles = read('profiles.json').profiles.map((each: object) => ({ ...each, models: ['m'], ocrLanguages: [] }))
writeFileSync(join(lists, 'profiles.json'), JSON.stringify({ profiles }))

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'scripts/collect.ts'), ...args], { cwd: base, env: { ...process.env, INIT_CWD: base } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  )
  return { child, ended }
}
const wanted = ['--profile', 'headless', '--out', 'out', '--lists', 'lists', '--mirror', `huggingface=${server.base}`]

test('a collection that is stopped keeps what it has, and the same command goes on there', async () => {
  server.answer((_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"m"' }).write(bytes.subarray(0, 700_000))
  })
  const first = start(...wanted)
  const partial = join(out, 'models/m.gguf.partial')
  await waitUntil(() => existsSync(partial) && statSync(partial).size === 700_000, 'the first part to arrive')
  first.child.kill('SIGINT')
  const stopped = await first.ended
  expect([stopped.code, stopped.stdout]).toEqual([130, ''])
  expect(stopped.stderr).toContain('Run the same command again to go on where it was.')
  expect([existsSync(join(out, 'models/m.gguf')), existsSync(join(out, 'collected.json'))]).toEqual([false, false])

  server.answer(serving(bytes, { etag: '"m"' }))
  const second = await start(...wanted).ended
  expect(server.asked.map((line) => line.replace(/^\S+ /, ''))).toEqual(['bytes=700000- "m"'])
  expect([second.code, second.stdout]).toEqual([0, `${join(out, 'collected.json')}\n`])
  expect(second.stderr).toContain('begun, 0.7 MiB here')
  expect(readFileSync(join(out, 'models/m.gguf')).equals(bytes)).toBe(true)
})

test('what cannot be understood, and what cannot be had, have exit codes of their own', async () => {
  for (const args of [[], ['--profile', 'none', '--out', 'x'], ['--profile', 'headless'], ['--what']])
    expect((await start(...args).ended).code, args.join(' ')).toBe(2)
  const refused = await start(...wanted, '--from', 'nowhere', '--out', 'other').ended
  expect([refused.code, refused.stdout]).toEqual([1, ''])
  expect(refused.stderr).toMatch(/nowhere lacks:\n {2}models\/m\.gguf/)
})

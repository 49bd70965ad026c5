import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../main/console/headers.ts'
import { createStatic } from '../../main/console/static.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const page = join(root, 'page')
const canary = 'CANARY: this lies outside of the page'
mkdirSync(join(page, 'assets'), { recursive: true })
mkdirSync(join(root, 'page-evil'))
writeFileSync(join(page, 'index.html'), '<title>the page</title>')
writeFileSync(join(page, 'assets', 'main-a1.js'), 'export {}')
writeFileSync(join(page, 'assets', 'pdf.worker.mjs'), 'export {}')
writeFileSync(join(page, '.hidden.js'), canary)
writeFileSync(join(root, 'secret.js'), canary)
writeFileSync(join(root, 'page-evil', 'secret.js'), canary)
symlinkSync(join(root, 'secret.js'), join(page, 'assets', 'link.js'))
symlinkSync(root, join(page, 'up'))
const serve = createStatic(page)

/** A URL parser tidies a path before anyone sees it; a request that was not made by one is made here. */
const ask = (path: string, method = 'GET') => {
  const request = new Request('http://127.0.0.1/', { method })
  Object.defineProperty(request, 'url', { value: `app://holdfast${path}` })
  return serve(request)
}

test('the page and its parts are served with their types and the headers of both shells', async () => {
  const found = await ask('/assets/main-a1.js')
  expect(found.status).toBe(200)
  expect(Object.fromEntries(found.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  })
  expect((await ask('/assets/pdf.worker.mjs')).headers.get('content-type')).toContain('text/javascript')
})

test('E3 the policy allows nothing that is not named', () => {
  expect(contentSecurityPolicy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ])
})

test.each(['/', '/ask', '/runs/run_01ABC', '/documents/'])('the screen %s is the page', async (path) => {
  expect(await (await ask(path)).text()).toContain('the page')
})

test('only reading is possible; HEAD has no body', async () => {
  expect((await ask('/', 'POST')).status).toBe(405)
  const head = await ask('/', 'HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('no path takes long to judge', async () => {
  const startedAt = performance.now()
  for (const path of [
    `/assets/${'a'.repeat(380)}.`,
    `/${'a-'.repeat(190)}!`,
    `/${'a/'.repeat(190)}!`,
    `/assets/${'ibm-plex-sans-latin-400-normal-'.repeat(10)}x.woff2`,
  ])
    expect((await ask(path)).status).toBe(404)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

const climbs = ['..', '%2e%2e', '.%2e', '%2E.', '..%00', '%252e%252e', '..%c0%af', '..;', '...', '....', '%u002e%u002e', '..%ff']
const slashes = ['/', '%2f', '%5c', '\\', '%252f', '//', '/./', '%c0%af', '%2f%2f', '/%2e/']
const targets = ['secret.js', 'page-evil/secret.js']
const traversals = [
  ...climbs.flatMap((climb) => slashes.flatMap((slash) => targets.map((target) => `/${climb}${slash}${target}`))),
  '/assets/link.js',
  '/up/secret.js',
  '/up/page-evil/secret.js',
  '/.hidden.js',
  '/assets/../.hidden.js',
  '/assets/main-a1.js%00.png',
  '/assets/main-a1.js%00',
  `//${root}/secret.js`,
  `/${encodeURIComponent(`${root}/secret.js`)}`,
  `/file:${root}/secret.js`,
  `/\\\\?\\${root}\\secret.js`,
  '/C:/secret.js',
  '/c:%5csecret.js',
  '/-evil/secret.js',
  '/%2e%2e-evil/secret.js',
  '/../page-evil/secret.js',
  '/ASSETS/../../secret.js',
  '/assets/%',
  '/assets/%zz',
  `/${'a/'.repeat(300)}secret.js`,
]

test(`E9 ${traversals.length} paths that climb lead nowhere`, async () => {
  expect(traversals.length).toBeGreaterThanOrEqual(200)
  for (const path of traversals) {
    const answer = await ask(path)
    expect.soft(answer.status, path).toBe(404)
    expect.soft(await answer.text(), path).not.toContain('CANARY')
  }
})

test('a part that turns into a link while the page is served is no longer served', async () => {
  const swapped = join(page, 'assets', 'swapped.js')
  writeFileSync(swapped, 'export {}')
  expect((await ask('/assets/swapped.js')).status).toBe(200)
  const { rmSync } = await import('node:fs')
  rmSync(swapped)
  symlinkSync(join(root, 'secret.js'), swapped)
  expect((await ask('/assets/swapped.js')).status).toBe(404)
})

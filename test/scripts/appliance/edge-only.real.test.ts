/** The edition for the edge alone: what leads out of the machine is not switched off in it, it is not there. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { layOut } from '../../../scripts/appliance/build-appliance.ts'
import type { LaidOut } from '../../../scripts/appliance/lay-out.ts'
import { type BareRoot, makeBareRoot, whyNoBareRoot } from '../../support/bare-root.ts'
import { oneDocument, runCommand } from '../../support/command.ts'
import { type Scan, scanImports } from '../../support/import-scan.ts'
import { callsNetwork } from '../../support/network-calls.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')
const folder = temporaryFolder()

let built: LaidOut
let scan: Scan
beforeAll(async () => {
  built = await layOut({ root, platform: 'linux-x64', edition: 'edge-only', gpu: 'none', out: folder })
  scan = scanImports(
    built.integrity.files.map(({ path }) => path),
    (path) => readFileSync(join(built.tree, path), 'utf8'),
  )
}, 120_000)

describe('what is not in the tree', () => {
  test('no file imports the endpoint client, the door for programs elsewhere, or a package that downloads', () => {
    expect(scan.imports.length).toBeGreaterThan(3_000)
    expect(scan.withName(/^undici|\/serve\/|endpoint-client-absent/)).toEqual([])
    const paths = built.integrity.files.map(({ path }) => path)
    expect(paths.filter((path) => /^node_modules\/undici\/|^dist\/main\/(serve|electron)\/|absent/.test(path))).toEqual([])
    expect(paths.filter((path) => /^node_modules\/(ipull|simple-git)\//.test(path))).toEqual([
      ...['ipull', 'simple-git'].flatMap((name) => [`node_modules/${name}/index.js`, `node_modules/${name}/package.json`]),
    ])
    const standIns = ['dist/main/routing/endpoint-client.js', 'dist/main/composition/serve.js', 'node_modules/ipull/index.js']
    for (const path of standIns) expect(readFileSync(join(built.tree, path), 'utf8')).toMatch(/^\/\*\* Stands in for /)
  })

  test('only these know of sockets: the guard, the local socket, the console, and an attempt that the self-test plants', () => {
    expect(scan.withName(/^(node:)?(https?|http2|net|tls|dgram|dns|quic)(\/|$)/)).toEqual(
      [
        // Answers; asks nobody.
        'node_modules/@hono/node-server/dist/index.mjs: node:http',
        'node_modules/@hono/node-server/dist/index.mjs: node:http2',
      ]
        .concat(
          ['egress-guard.js: node:net', 'egress-permits.js: node:net', 'guard-names.js: node:dns', 'guard-names.js: node:net'].map(
            (one) => `dist/main/platform/${one}`,
          ),
          ['guard-sockets.js: node:dgram', 'guard-sockets.js: node:net'].map((one) => `dist/main/platform/${one}`),
          ['local-socket-client.js: node:net', 'local-socket.js: node:net', 'system-journal.js: node:net'].map(
            (one) => `dist/main/platform/${one}`,
          ),
          ['dgram', 'dns', 'http2', 'net'].map((name) => `dist/main/platform/egress-trials.js: node:${name}`),
        )
        .sort(),
    )
  })

  test('Node’s own fetch is in the binary, and these name it; none is of the core but the attempt that the self-test plants', () => {
    const scripts = built.integrity.files
      .map(({ path }) => path)
      .filter((path) => /\.[cm]?js$/.test(path) && !path.startsWith('dist/renderer/'))
    expect(scripts.filter((path) => callsNetwork(path, readFileSync(join(built.tree, path), 'utf8')))).toEqual([
      'dist/main/platform/egress-trials.js',
      // The guard refuses them in the process of inference and in that of a parser, which have no network where the system gives them none.
      'node_modules/@hyzyla/pdfium/dist/index.esm.js',
      // A function of its own that is called so; it searches a tree.
      'node_modules/domutils/dist/feeds.js',
      ...['gguf/fileReaders/GgufNetworkFetchFileReader.js', 'utils/GitHubClient.js', 'utils/parseModelUri.js'].map(
        (name) => `node_modules/node-llama-cpp/dist/${name}`,
      ),
    ])
  })

  test('the list of parts names neither', () => {
    const { components, metadata } = JSON.parse(readFileSync(join(built.tree, 'sbom.cdx.json'), 'utf8'))
    const named = components.map(({ purl = '' }) => purl)
    expect(named.filter((purl: string) => /^pkg:npm\/(undici|ipull|simple-git|electron|openai)@/.test(purl))).toEqual([])
    expect(metadata.component.properties).toContainEqual({ name: 'holdfast:edition', value: 'edge-only' })
    // It is in Node, and said to be.
    const node = components.find(({ name }: { name: string }) => name === 'node')
    expect(node.components.map(({ name }: { name: string }) => name)).toContain('undici')
  })
})

const why = whyNoBareRoot()
if (why !== null) console.warn(`skipped: the edition for the edge alone on a machine with nothing on it, since ${why}`)

describe.skipIf(why !== null)('on a machine with nothing on it', () => {
  let machine: BareRoot
  const holdfast = (...args: readonly string[]) => machine.start(['/opt/holdfast/holdfast', ...args, '--json']).said
  beforeAll(() => {
    machine = makeBareRoot(join(folder, 'bare'), built.tree)
    mkdirSync(join(machine.home, 'papers'))
    cpSync(join(root, 'main/sample-case/documents/07-depot-issues.csv'), join(machine.home, 'papers/07-depot-issues.csv'))
  })

  test('it reads, answers, and is well', async () => {
    expect((await holdfast('ingest', 'papers')).code).toBe(0)
    const asked = await holdfast('ask', 'Who signed for the battery packs on 10 March?')
    expect([asked.code, asked.stderr]).toEqual([0, ''])
    expect(asked.stdout).toContain('07-depot-issues.csv')
    expect(oneDocument(await holdfast('doctor'))).toMatchObject({ ok: true })
  })

  test('whoever wants the door or another machine is refused by a code', async () => {
    const served = await holdfast('serve')
    expect([served.code, oneDocument(served)]).toMatchObject([1, { error: { code: 'serve.left_out' } }])
    const added = await holdfast(
      ...['tiers', 'add', '--tier', 'datacenter', '--name', 'Rack', '--url', 'https://10.0.0.5:8443/v1', '--model', 'large:8192'],
    )
    expect([added.code, oneDocument(added)]).toMatchObject([1, { error: { code: 'tier.left_out' } }])
  })

  test('an endpoint that another edition configured is listed, and nothing is routed to it', async () => {
    const address = ['--url', 'http://127.0.0.1:9/v1', '--model', 'large:32768']
    const other = join(machine.home, 'other')
    const added = await runCommand(['tiers', 'add', '--tier', 'datacenter', '--name', 'Rack', ...address, '--data', other, '--json'])
    expect(added.code).toBe(0)
    const wanted = ['--tier', 'datacenter', '--window', '8192', '--data']
    expect(oneDocument(await runCommand(['route', 'explain', ...wanted, other, '--json']))).toMatchObject({ mode: 'suggest' })

    const { endpoint } = z.object({ endpoint: z.object({ id: z.string() }) }).parse(oneDocument(added))
    expect((await holdfast('tiers', 'list', '--data', '/home/other')).stdout).toContain(endpoint.id)
    expect(oneDocument(await holdfast('route', 'explain', ...wanted, '/home/other'))).toMatchObject({
      ...{ mode: 'local', tier: 'edge' },
      refused: expect.arrayContaining([expect.objectContaining({ reason: 'unhealthy' })]),
    })
    const tested = await holdfast('tiers', 'test', endpoint.id, '--data', '/home/other')
    expect(oneDocument(tested)).toMatchObject({ isWell: false, failure: { code: 'tier.left_out' } })
  })
})

/** From keys to an answer at the command line: two sides, a medium between them, and nothing that needs a network. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { sha256 } from '../support/airgap.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const at = (...path: readonly string[]) => join(folder, ...path)
const data = at('station')

/** What a command prints, by its own schema. `code` is what it must end with. */
async function say<N extends CommandName>(name: N, args: readonly string[], code = 0): Promise<CommandOutput<N>> {
  const said = await runCommand([...name.split(' '), ...args, '--data', data, '--json'])
  expect(said.code, `${name}: ${said.stdout}${said.stderr}`).toBe(code)
  return commandOutputs[name].parse(oneDocument(said)) as CommandOutput<N>
}
async function codeOf(words: readonly string[]): Promise<string> {
  const said = await runCommand([...words, '--data', data, '--json'])
  expect(said.code).toBe(1)
  return (oneDocument(said) as { error: { code: string } }).error.code
}

let fingerprint = ''
let models: ReturnType<typeof tinyModels>
beforeAll(async () => {
  mkdirSync(at('keys'))
  mkdirSync(at('inputs'))
  models = tinyModels(folder)
  copyFileSync(models.decoder, at('inputs', 'quill.gguf'))
  copyFileSync(models.embedder, at('inputs', 'compass.gguf'))
  writeFileSync(at('inputs', 'notes.md'), '# What is new\n\nEverything.\n')
  for (const name of ['ada', 'berta', 'carla', 'dora', 'edda']) await say('bundle keygen', [at('keys', name)])
  const pub = (name: string) => at('keys', `${name}.pub`)
  const names = ['ada', 'berta', 'carla'].flatMap((name) => ['--root-key', pub(name)])
  const builders = ['dora', 'edda'].flatMap((name) => ['--bundle-key', pub(name)])
  const made = await say('bundle root new', [at('roots'), ...names, ...builders, '--development', '--created', '2026-11-01T08:00:00Z'])
  fingerprint = made.fingerprint
  for (const name of ['ada', 'carla']) await say('bundle root sign', [at('roots'), '--key', at('keys', `${name}.key`)])
  const entry = (id: string, role: string) => `
  - id: ${id}
    kind: model
    name: ${id}
    title: Tiny ${id}
    version: '1'
    licence: Apache-2.0
    file: ${id}.gguf
    upstream: { url: 'https://models.example/${id}', revision: null, sha256: { alg: sha256, value: ${sha256(readFileSync(at('inputs', `${id}.gguf`)))} } }
    model: { roles: [${role}], developer: Example, country: 'NO', quantisation: F32, contextTokens: 512, queryPrefix: '', passagePrefix: '', chatTemplateHash: null }`
  writeFileSync(
    at('inputs', 'pack.yaml'),
    `format: holdfast-pack-1
channel: stable
version: 1.0.0
seq: 1
createdAt: '2026-11-01T08:00:00Z'
serves: { chat: quill, embed: compass, rerank: null }
artifacts:${entry('quill', 'chat')}${entry('compass', 'embed')}
  - { id: news, kind: doc, name: news, title: What is new, version: '1', licence: CC0-1.0, file: notes.md }
`,
  )
}, 120_000)

test('AIR-01 AIR-02 CLI-01 collected files are packed, signed by two, laid out over volumes, carried, taken in, and answer', async () => {
  expect(await say('bundle root show', [at('roots')])).toMatchObject({ version: 1, purpose: 'development', fingerprint })
  const packed = await say('bundle pack', [
    at('inputs', 'pack.yaml'),
    '--out',
    at('bundle'),
    '--roots',
    at('roots'),
    '--part-size',
    '64KiB',
  ])
  expect(packed).toMatchObject({ seq: 1, items: 3, omitted: [] })
  expect(await codeOf(['bundle', 'verify', at('bundle'), '--fingerprint', fingerprint])).toBe('bundle.threshold')
  await say('bundle sign', [at('bundle'), '--key', at('keys', 'dora.key')])
  await say('bundle sign', [at('bundle'), '--key', at('keys', 'edda.key')])
  expect(await say('bundle verify', [at('bundle'), '--fingerprint', fingerprint.replace(/(.{8})/g, '$1 ')])).toMatchObject({
    purpose: 'development',
    absent: [],
  })
  expect(await codeOf(['bundle', 'verify', at('bundle'), '--fingerprint', '0'.repeat(64)])).toBe('bundle.fingerprint_wrong')

  const { volumes } = await say('bundle revolume', [at('bundle'), '--out', at('volumes'), '--size', '2.9M'])
  expect(volumes.length).toBeGreaterThan(1)
  for (const [i, volume] of volumes.entries()) {
    const copied = await say('bundle copy', [volume.folder, at('drive', String(i)), '--label', `HF-${i}`])
    expect(copied.kept).toBe(0)
  }
  // Its name says what it is: a sheet is made only for what holds.
  const sheet = ['--fingerprint', fingerprint, '--out', at('sheet.pdf'), '--label', 'HF-0', '--serial', 'KX-77']
  await say('bundle sheet', [at('drive', '0'), ...sheet])
  expect(readFileSync(at('sheet.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  expect(await codeOf(['bundle', 'sheet', at('drive', '0'), ...sheet])).toBe('cli.not_written')
  // Cut off and begun again, what is right is not copied twice.
  const [some = ''] = readdirSync(at('drive', '0', 'files', 'model'))
  rmSync(at('drive', '0', 'files', 'model', some))
  const again = await say('bundle copy', [volumes[0]?.folder ?? '', at('drive', '0')])
  expect(again.files - again.kept).toBe(1)
  writeFileSync(at('drive', '0', 'holiday.jpg'), 'x')
  expect(await codeOf(['bundle', 'copy', volumes[0]?.folder ?? '', at('drive', '0')])).toBe('bundle.medium_not_empty')
  rmSync(at('drive', '0', 'holiday.jpg'))

  expect(await codeOf(['bundle', 'load', at('drive', '0')])).toBe('bundle.no_trust')
  await say('bundle trust', [at('drive', '0'), '--fingerprint', fingerprint])
  const looked = await say('bundle inspect', [at('drive', '0')])
  expect(looked).toMatchObject({ seq: 1, volume: { index: 1, of: volumes.length }, custody: [{ action: 'copied' }] })
  expect(await say('bundle inspect', [at('drive', '0'), '--all'])).toMatchObject({ digest: looked.digest })
  expect(looked.signers.map(({ name }) => name).sort()).toEqual(['dora', 'edda'])
  const why = ['--accept-unscanned', 'Scanned on the machine at the gate.']
  for (const i of [...volumes.keys()].reverse()) {
    const { state } = await say('bundle load', [at('drive', String(i)), ...why])
    expect(state).toBe(i === 0 ? 'done' : 'waiting')
  }
  await say('bundle activate', ['1.0.0'])
  expect(await say('bundle status', [])).toMatchObject({
    releases: [{ version: '1.0.0', state: 'active', isUsable: true }],
    quarantined: [],
  })
  expect((await say('models list', [])).items.map(({ name }) => name).sort()).toEqual(['Tiny compass', 'Tiny quill'])
  expect(await say('bundle fsck', [])).toMatchObject({ files: 3, damaged: [] })
  const exported = await say('bundle export', ['news'])
  expect(readFileSync(exported.file, 'utf8')).toContain('What is new')

  // The next one moves what changed alone.
  writeFileSync(at('inputs', 'notes.md'), '# What is new\n\nNothing any more.\n')
  const next = readFileSync(at('inputs', 'pack.yaml'), 'utf8').replace('seq: 1', 'seq: 2').replace('version: 1.0.0', 'version: 1.1.0')
  writeFileSync(at('inputs', 'next.yaml'), next)
  const delta = await say('bundle pack', [
    at('inputs', 'next.yaml'),
    '--out',
    at('delta'),
    '--roots',
    at('roots'),
    '--baseline',
    at('bundle'),
  ])
  expect([...delta.omitted].sort()).toEqual(['compass', 'quill'])
  for (const name of ['dora', 'edda']) await say('bundle sign', [at('delta'), '--key', at('keys', `${name}.key`)])
  expect(await say('bundle diff', [at('bundle'), at('delta')])).toMatchObject({ added: [], removed: [], changed: ['news'] })
  await say('bundle plan', [at('delta')])
  await say('bundle load', [at('delta'), ...why])
  await say('bundle activate', ['1.1.0'])
  await say('bundle rollback', [])
  expect((await say('bundle status', [])).releases.map(({ version, state }) => [version, state])).toEqual([
    ['1.1.0', 'previous'],
    ['1.0.0', 'active'],
  ])
  await say('bundle pin', ['1.1.0'])
  expect(await say('bundle gc', [])).toMatchObject({ releases: [], isDone: false })
}, 240_000)

test('AIR-02 a list to pack names each product by its file, with its edition', async () => {
  mkdirSync(at('collected'))
  const about = { format: 'holdfast-collected-1', profile: 'headless', platform: 'linux-x64', collectedAt: '2026-11-01T08:00:00Z' }
  writeFileSync(at('collected', 'collected.json'), JSON.stringify({ ...about, artifacts: [] }))
  const files = ['holdfast-0.1.0-linux-x64-edge-only.tar.zst', 'holdfast-edge-only_0.1.0_amd64.deb', 'holdfast-0.1.0.x86_64.rpm']
  const named = files.flatMap((file) => ['--app', at(file)])
  expect(await codeOf(['bundle', 'draft', at('collected'), '--seq', '7', '--app', at('holdfast-desktop-0.1.0-linux-x64.tar.zst')])).toBe(
    'bundle.not_a_product',
  )
  expect(await say('bundle draft', [at('collected'), '--seq', '7', ...named])).toMatchObject({
    artifacts: ['app-edge-only-linux-x64', 'deb-edge-only-linux-x64', 'rpm-linux-x64'],
  })
})

test('AIR-04 Debian’s minisign and sha256sum take what we sign, and refuse it once it was changed', () => {
  if (spawnSync('minisign', ['-v']).error !== undefined) {
    process.stderr.write('skipped: minisign is not installed\n')
    return
  }
  const [signature = ''] = readdirSync(at('bundle')).filter((name) => name.startsWith('SHA256SUMS.'))
  const id = signature.split('.')[1] ?? ''
  const key = ['dora', 'edda'].map((name) => readFileSync(at('keys', `${name}.pub`), 'utf8')).find((text) => text.includes(id)) ?? ''
  const line = key.split('\n')[1] ?? ''
  const minisign = (file: string) =>
    spawnSync('minisign', ['-V', '-P', line, '-m', at('bundle', file), '-x', at('bundle', `${file}.${id}.minisig`)])
  for (const file of ['BUNDLE.json', 'SHA256SUMS']) expect(minisign(file).status, file).toBe(0)
  expect(spawnSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: at('bundle') }).status).toBe(0)
  writeFileSync(at('bundle', 'SHA256SUMS'), `${readFileSync(at('bundle', 'SHA256SUMS'), 'utf8')}\n`)
  expect(minisign('SHA256SUMS').status).not.toBe(0)
  expect(existsSync(at('bundle', 'README.txt'))).toBe(true)
})

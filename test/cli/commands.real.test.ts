/** Every command, twice: with a core of its own, and through the core that owns the data folder. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { CommandFailure, type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { findBreak } from '../../main/domain/recorded-event.ts'
import { sha256 } from '../../main/store/event-log.ts'
import { caseFiles, mixedCase } from '../support/case-files.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { startCore } from '../support/core-process.ts'
import { tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe.each(['with a core of its own', 'through the running core'])('CLI-01 each command prints one document, %s', (way) => {
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  const files = join(folder, 'files')
  const documentIds: string[] = []
  let modelId = ''

  beforeAll(async () => {
    mixedCase(files)
    if (way === 'through the running core') await startCore(data)
  })

  async function run<N extends CommandName>(name: N, args: readonly string[], code = 0): Promise<CommandOutput<N>> {
    const said = await runCommand([...name.split(' '), ...args, '--data', data, '--json'])
    expect({ code: said.code, stderr: said.stderr, stdout: said.code === code ? '' : said.stdout }).toEqual({
      code,
      stderr: '',
      stdout: '',
    })
    // The table's own schema for this very name.
    return (commandOutputs[name] as unknown as z.ZodType<CommandOutput<N>>).parse(oneDocument(said))
  }
  async function fails(args: readonly string[], code: string, exit = 1): Promise<void> {
    const said = await runCommand([...args, '--data', data, '--json'])
    const { error } = CommandFailure.parse(oneDocument(said))
    expect([error.code, said.code]).toEqual([code, exit])
    expect(error.hint).not.toBe('')
  }

  test('ingest lists every outcome, and a refused file makes the exit code 1', async () => {
    const { import: summary, files: outcomes } = await run('ingest', [files], 1)
    expect(summary.state).toBe('finished')
    expect(summary.totals).toMatchObject({ files: 7, done: 7, indexed: 4, inPart: 0, duplicates: 1, refused: 2 })
    expect(outcomes.map(({ file, outcome }) => [file, outcome])).toEqual([
      ['03-port-control-transcript.txt', 'indexed'],
      ['06-investigator-notes.md', 'indexed'],
      ['07-depot-issues.csv', 'indexed'],
      ['08-weather-summary.pdf', 'indexed'],
      ['31-same-bytes.txt', 'duplicate'],
      ['90-broken.pdf', 'refused'],
      ['91-empty.txt', 'refused'],
    ])
    for (const { outcome, code, reason, hint } of outcomes)
      if (outcome === 'refused') expect([code?.startsWith('parse.'), reason === null, hint === null]).toEqual([true, false, false])
    documentIds.push(...outcomes.flatMap(({ documentId, outcome }) => (documentId !== null && outcome === 'indexed' ? [documentId] : [])))
  })

  test('ingest of good files alone ends with 0', async () => {
    const { import: summary } = await run('ingest', [
      join(files, '06-investigator-notes.md'),
      '--collection',
      'Notes',
      '--level',
      'unclassified',
    ])
    expect(summary).toMatchObject({ collection: 'Notes', totals: { indexed: 1 } })
  })

  test('ask quotes what it found, and not in your documents is a success', async () => {
    const answer = await run('ask', [caseFiles.answered])
    expect(answer).toMatchObject({ supported: true, tier: 'reflex', model: null })
    expect(answer.citations.every(({ verified }) => verified)).toBe(true)
    expect(answer.citations[0]?.file).toBe(caseFiles.answeredBy)
    const none = await run('ask', [caseFiles.unanswered, '--collection', 'Documents', '--top', '4', '--model', 'none'])
    expect(none).toMatchObject({ supported: false, claims: [], citations: [] })
  })

  test('search says why each passage ranks where it does', async () => {
    const found = await run('search', ['gusts', '--top', '3'])
    expect(found.hits[0]?.trace.map(({ stage }) => stage)).toEqual(['bm25', 'vector'])
    expect(found.hits.length).toBeLessThanOrEqual(3)
  })

  test('runs list and show tell what was done, in a chain that holds', async () => {
    const { items, total } = await run('runs list', [])
    expect([items.length, total]).toEqual([2, 2])
    const { run: shown, events } = await run('runs show', [items[0]?.id ?? ''])
    expect(shown.status).toBe('complete')
    expect(findBreak(events, sha256)).toBeNull()
    expect(events.at(-1)?.event.type).toBe('run.completed')
  })

  // Through a running core the rest is the same call over the same link.
  if (way === 'with a core of its own' || process.env.HOLDFAST_WHOLE === 'yes') {
    test('documents list, show and remove', async () => {
      const before = await run('documents list', [])
      expect(before.total).toBe(5)
      const [first = ''] = documentIds
      const shown = await run('documents show', [first])
      expect(shown.document.id).toBe(first)
      expect(await run('documents remove', [first])).toEqual({ documentId: first })
      expect((await run('documents list', ['--collection', 'Documents'])).total).toBe(3)
      await fails(['documents', 'show', first], 'document.unknown')
      await fails(['documents', 'remove', first], 'document.unknown')
    })

    test('models are imported, listed and verified, and one answers with checked quotes only', async () => {
      const { decoder } = tinyModels(folder)
      const model = await run('models import', [decoder])
      modelId = model.id
      expect(model).toMatchObject({ role: 'chat', state: 'verified', isActive: true })
      expect((await run('models list', [])).items.map(({ id }) => id)).toEqual([modelId])
      expect((await run('models verify', [])).items.map(({ state }) => state)).toEqual(['verified'])
      const answer = await run('ask', [caseFiles.answered, '--model', modelId])
      expect(answer).toMatchObject({ tier: 'edge', model: modelId, device: 'cpu' })
      expect(answer.usage.completionTokens).toBeGreaterThan(0)
      expect(answer.citations.every(({ verified }) => verified)).toBe(true)
      await fails(['models', 'import', join(files, '06-investigator-notes.md')], 'model.not_gguf')
    })

    test('doctor says how this machine is', async () => {
      const report = await run('doctor', [])
      expect(report.ok).toBe(true)
      expect(report.checks.find(({ id }) => id === 'network')?.outcome).toBe('passed')
    })

    test('what is not there is a failure with a code, on stdout', async () => {
      const absent = `_${'0'.repeat(26)}`
      await fails(['runs', 'show', `run${absent}`], 'run.unknown')
      await fails(['ask', caseFiles.answered, '--collection', 'Elsewhere'], 'collection.unknown')
      await fails(['ask', caseFiles.answered, '--model', `mdl${absent}`], 'model.not_chat')
      await fails(['ingest', files, '--level', 'secret'], 'label.above_ceiling')
    })
  }
})

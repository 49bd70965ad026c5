import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSampleCase } from '../../main/handlers/sample.ts'
import { renderSources, sampleSets } from '../../scripts/make-sample-case.ts'

const folder = join(import.meta.dirname, '../../main/sample-case/documents')
const bytesMax = 2 * 1024 * 1024

describe('the sample case', () => {
  const { documents, questions } = readSampleCase()

  test('names every document it ships, and ships every document it names', () => {
    expect([...documents].sort()).toEqual(readdirSync(folder).sort())
    expect(documents).toHaveLength(12)
  })

  test('has every format that can be read', () => {
    const extensions = new Set(documents.map((file) => file.split('.').at(-1)))
    expect([...extensions].sort()).toEqual(['csv', 'docx', 'html', 'md', 'pdf', 'txt'])
  })

  test('is smaller than 2 MB', () => {
    expect(documents.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)).toBeLessThan(bytesMax)
  })

  test('suggests six questions, one of them without an answer', () => {
    expect(questions).toHaveLength(6)
    expect(questions.filter(({ isAnswerable }) => !isAnswerable)).toHaveLength(1)
  })
})

test.each(sampleSets)('documents in $documents are what their sources make', async ({ sources, documents }) => {
  const made = await renderSources(sources)
  expect(made.length).toBeGreaterThan(3)
  for (const { file, bytes } of made) expect(Buffer.from(bytes).equals(readFileSync(join(documents, file))), file).toBe(true)
})
